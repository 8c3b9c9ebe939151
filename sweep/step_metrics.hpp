/// Which metrics a trial has reported at which step, so that a repeat adds only what the step lacks (docs/semantics.md,
/// "Reports and verdicts").
///
/// Steps with the same metrics and a constant stride are one run, so an ordinary trial costs one entry however long it
/// trains.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>

namespace winnow {

class StepMetrics {
public:
  [[nodiscard]] bool has(Step step, std::string_view metric) const;
  void add(Step step, const Metrics& metrics);
  void clear();
  [[nodiscard]] std::size_t runs() const { return runs_.size(); }

private:
  /// True without more ado where the metrics come in the order of the last run, as they usually do.
  [[nodiscard]] bool as_in_last_run(const Metrics& metrics) const;
  /// Takes the step into the last run if it is its next one.
  bool extend_last_run(Step step);
  struct Run {
    Step first = 0;
    Step stride = 0;  ///< 0 while there is one step
    std::int64_t count = 1;
    std::vector<std::uint32_t> metrics;  ///< sorted indices into names_
  };
  std::vector<Run> runs_;
  std::vector<std::string> names_;
  Step last_ = -1;  ///< the greatest step added
};

}  // namespace winnow
