#include <winnow/sweep/observation.hpp>

#include <winnow/space/domain_json.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/command.hpp>

namespace winnow {
namespace {

class News {
public:
  News(const Sweep& sweep, const Event& event) : sweep_(sweep), event_(event) {}

  void operator()(const event::Suggested& suggested) { add(TrialSuggested{event_.trial, suggested.params}); }
  void operator()(const event::Drawn& drawn) {
    const auto domain = recorded_domain(event_.text);
    if (!domain) return;
    const auto& [name, value] = drawn.params.entries().front();
    add(ParameterDrawn{event_.trial, name, *domain, value});
  }
  void operator()(const event::Reported& reported) {
    if (reported.judged) report(reported.step, reported.rung, reported.metrics);
  }
  void operator()(const event::Told& told) { report(trial().last_step, -1, told.metrics); }
  void operator()(const event::Paused&) {
    if (event_.state == TrialState::paused) add(TrialPaused{event_.trial});
  }
  void operator()(const event::Promoted&) { add(TrialResumed{event_.trial}); }
  void operator()(const event::Exploited&) { add(TrialChanged{event_.trial, trial().params}); }
  void operator()(const event::Command&) {
    const auto verb = command_verb(event_.text);
    const bool goes_on = verb == CommandVerb::resume || verb == CommandVerb::retry;
    if (goes_on && event_.trial >= 0 && event_.state == TrialState::queued) add(TrialResumed{event_.trial});
  }
  template <class Other>
  void operator()(const Other&) {}

  std::vector<Observation> all() && {
    if (event_.trial >= 0 && has_ended(event_.state)) {
      add(TrialEnded{event_.trial, event_.state, objective_values(sweep_, trial()),
                     violations(sweep_.spec(), trial())});
    }
    return std::move(news_);
  }

private:
  [[nodiscard]] const Trial& trial() const { return *sweep_.find(event_.trial); }
  void add(Observation observation) { news_.push_back(std::move(observation)); }
  void report(Step step, std::int32_t rung, const Metrics& metrics) {
    const double* value = sweep_.objective() != nullptr ? find_metric(metrics, sweep_.objective()->name) : nullptr;
    if (value != nullptr) add(TrialReported{event_.trial, step, trial().resource, rung, *value});
  }

  const Sweep& sweep_;
  const Event& event_;
  std::vector<Observation> news_;
};

}  // namespace

std::vector<Observation> observations_of(const Sweep& sweep, const Event& event) {
  News news(sweep, event);
  std::visit(news, event.what);
  return std::move(news).all();
}

}  // namespace winnow
