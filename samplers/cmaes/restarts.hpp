/// When CMA-ES has converged it starts anew from a random point: with a larger population each time (`ipop`: Auger and
/// Hansen, "A Restart CMA Evolution Strategy With Increasing Population Size", CEC 2005), or by turns with a large and
/// a small one, whichever has cost less so far (`bipop`: Hansen, "Benchmarking a BI-Population CMA-ES on the BBOB-2009
/// Function Testbed", GECCO 2009). The sizes are those of Optuna 4.3's CmaEsSampler; later releases restart no more.
#pragma once

#include <cstdint>

namespace winnow::cmaes {

/// No sweep has so many trials in a generation; restarts don't grow it further.
inline constexpr int kMostPopsize = 1'000'000;

enum class RestartStrategy { none, ipop, bipop };

class Restarts {
public:
  /// popsize >= 2, inc_popsize >= 1.
  Restarts(RestartStrategy strategy, int popsize, int inc_popsize);

  /// The population after a run of that many generations; `u` in [0, 1) chooses where bipop draws.
  int next_popsize(int generations, double u);
  [[nodiscard]] bool wanted() const { return strategy_ != RestartStrategy::none; }
  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] int popsize() const { return popsize_; }  ///< of the present run

private:
  [[nodiscard]] double large_factor() const;

  RestartStrategy strategy_;
  int first_popsize_;
  int inc_popsize_;
  int popsize_;
  int count_ = 0;
  int large_runs_ = 0;
  bool is_large_ = false;
  std::int64_t small_evaluations_ = 0;
  std::int64_t large_evaluations_ = 0;
};

}  // namespace winnow::cmaes
