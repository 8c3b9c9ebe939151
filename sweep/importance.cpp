#include <winnow/sweep/importance.hpp>

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/space/domain_json.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow {
namespace {

/// Recorded domains by their texts: each is read once.
class RecordedDomains {
public:
  /// Null if it can't be read.
  const Domain* find(const std::string& text) {
    auto it = domains_.find(text);
    if (it == domains_.end()) {
      const auto read = recorded_domain(text);
      it = domains_.emplace(text, read ? std::optional(*read) : std::nullopt).first;
    }
    return it->second ? &*it->second : nullptr;
  }

private:
  std::map<std::string, std::optional<Domain>, std::less<>> domains_;
};

}  // namespace

Result<Importance> parameter_importance(const Sweep& sweep, std::size_t metric, const ImportanceEvaluator& evaluator) {
  const Goal goal = sweep.spec().metrics.at(metric).goal;
  RecordedDomains domains;
  std::vector<RatedTrial> rated;
  for (const Trial& trial : sweep.trials()) {
    if (trial.state != TrialState::completed) continue;
    const double value = objective_values(sweep, trial)[metric];
    if (!std::isfinite(value)) continue;
    RatedTrial& one = rated.emplace_back();
    one.params = &trial.params;
    one.loss = -merit(goal, value);
    for (const auto& [name, text] : trial.drawn) {
      if (const Domain* domain = domains.find(text)) one.drawn.push_back({name, domain});
    }
  }
  const Space& space = sweep.spec().space;
  if (const auto* options = std::get_if<FanovaOptions>(&evaluator)) return fanova(space, rated, *options);
  return ped_anova(space, rated, std::get<PedAnovaOptions>(evaluator));
}

}  // namespace winnow
