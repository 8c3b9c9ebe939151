/// What a learning sampler knows of the trials: the fold of what it observed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

struct Past {
  TrialId trial = 0;                                    ///< below 0: of an earlier sweep
  Assignment params{};                                  ///< drawn ones too, behind those that were suggested
  std::vector<std::pair<std::string, Domain>> drawn{};  ///< the domains of those
  TrialState state = TrialState::running;               ///< running (also: not started yet), paused, or its end
  /// What it ended with: one loss for each objective (the value, or its negative where that is to be maximised), NaN
  /// where there is none. Empty before.
  std::vector<double> losses{};
  std::vector<double> violations{};  ///< likewise, of the constraints
  std::optional<Step> last_step{};   ///< of its judged reports
  double resource = 0;               ///< there
  std::int32_t rung = -1;            ///< the highest that has judged it
  double last_loss = 0;              ///< of the judged objective, at last_step
};

class History {
public:
  /// `judged`: which of the goals reports are of.
  explicit History(std::vector<Goal> goals, std::size_t judged = 0) : goals_(std::move(goals)), judged_(judged) {}

  /// The trial counts as running with these parameters, whether that was observed or only suggested.
  Past& suggested(TrialId trial, const Assignment& params);
  /// The trial that it is about, after it; valid until the next call.
  const Past& observe(const Observation& observation);

  /// In order of suggestion.
  [[nodiscard]] const std::vector<Past>& trials() const { return trials_; }
  /// Null if there is none of that number.
  [[nodiscard]] const Past* find(TrialId trial) const;
  [[nodiscard]] const std::vector<Goal>& goals() const { return goals_; }

private:
  Past& at(TrialId trial);

  std::vector<Goal> goals_;
  std::size_t judged_;
  std::vector<Past> trials_;
  std::map<TrialId, std::size_t> places_;
};

}  // namespace winnow
