/// Whether events can follow, without a change: what is refused here is never written (Sweep::commit).
#include <fmt/format.h>

#include <algorithm>

#include <winnow/spec/settings.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {
namespace {

template <class... Args>
tl::unexpected<Error> refuse(const Event& event, fmt::format_string<Args...> text, Args&&... args) {
  return fail(errc::corrupt, fmt::format("event {} ({}): {}", event.seq, to_string(event.kind()),
                                         fmt::format(text, std::forward<Args>(args)...)));
}

}  // namespace

/// What the events so far would have changed, as far as the next one hangs on it.
struct Sweep::Preview {
  explicit Preview(const Sweep& the_sweep)
      : sweep(the_sweep), created(the_sweep.trials_.size()), seq(sweep.last_seq_) {}

  const Sweep& sweep;
  std::size_t created;
  std::int64_t seq;
  std::vector<std::pair<TrialId, Standing>> touched;
  bool left = false;                 ///< opened, interrupted: whoever ran the sweep has left
  std::optional<SweepSpec> changed;  ///< by settings

  Result<void> take(const Event& event, bool last) {
    ++seq;
    if (event.seq != 0 && event.seq != seq) return refuse(event, "has that number where {} was due", seq);
    switch (event.kind()) {
      case EventKind::sweep:
      case EventKind::exhausted:
      case EventKind::expired:
      case EventKind::finished: return {};
      case EventKind::opened:
      case EventKind::interrupted:
        left = true;
        for (auto& [trial, standing] : touched) standing = left_alone(standing);
        return {};
      case EventKind::suggested: return create(event);
      case EventKind::changed: return change_settings(event);
      case EventKind::command: return event.trial >= 0 ? about_trial(event, last) : command(event);
      case EventKind::started:
      case EventKind::reported:
      case EventKind::ended:
      case EventKind::lost:
      case EventKind::told:
      case EventKind::errored:
      case EventKind::paused:
      case EventKind::promoted:
      case EventKind::drawn:
      case EventKind::dropped:
      case EventKind::exploited: return about_trial(event, last);
    }
    return refuse(event, "unknown kind {}", static_cast<int>(event.kind()));
  }

private:
  Result<void> create(const Event& event) {
    if (event.trial != static_cast<TrialId>(created)) {
      return refuse(event, "trial {} suggested where {} was due", event.trial, created);
    }
    ++created;
    touched.emplace_back(event.trial, Standing{});
    return {};
  }

  static Result<void> command(const Event& event) {
    if (command_verb(event.text)) return {};
    return refuse(event, "unknown command '{}'", event.text);
  }

  Result<void> change_settings(const Event& event) {
    if (!changed) changed = sweep.spec_;
    for (const auto& [name, value] : event.as<event::Changed>()->params.entries()) {
      if (const auto done = restore(*changed, name, value); !done) return refuse(event, "{}", done.error().message);
    }
    return {};
  }

  Result<void> about_trial(const Event& event, bool last) {
    const auto seen =
        std::find_if(touched.begin(), touched.end(), [&](const auto& t) { return t.first == event.trial; });
    const Trial* trial = sweep.find(event.trial);
    if (seen == touched.end() && trial == nullptr) return refuse(event, "there is no trial {}", event.trial);
    Standing standing = seen != touched.end() ? seen->second : static_cast<const Standing&>(*trial);
    if (left && seen == touched.end()) standing = left_alone(standing);
    const auto* reported = event.as<event::Reported>();
    if (reported != nullptr && reported->judged && !sweep.can_be_judged(*reported)) {
      return refuse(event, "trial {} is judged without a value", event.trial);
    }
    const auto* exploited = event.as<event::Exploited>();
    if (exploited != nullptr && (!exploited->from_step || sweep.find(exploited->donor) == nullptr)) {
      return refuse(event, "trial {} can't go on from trial {}", event.trial, exploited->donor);
    }
    const auto next = follow(standing, event);
    if (!next) return fail(next.error());
    if (last) return {};
    if (seen != touched.end()) {
      seen->second = *next;
    } else {
      touched.emplace_back(event.trial, *next);
    }
    return {};
  }
};

bool Sweep::can_be_judged(const event::Reported& reported) const {
  return objective() != nullptr && find_metric(reported.metrics, objective()->name) != nullptr &&
         resource_of(0, reported.step, reported.metrics).has_value();
}

Result<void> Sweep::check(std::span<const Event> events) const {
  Preview preview(*this);
  for (const Event& event : events) {
    if (auto taken = preview.take(event, &event == &events.back()); !taken) return taken;
  }
  return {};
}

}  // namespace winnow
