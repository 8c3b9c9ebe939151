/// The learning-rate schedules of `lr_scheduler_type`, as Hugging Face Transformers 4.37.2 has them: a factor of
/// `learning_rate` after a number of optimizer steps. With warmup it rises from 0 in a line; then
///
///   linear                falls to 0 in a line
///   cosine                num_cycles waves (0.5: one half, down to 0)
///   cosine_with_restarts  num_cycles half waves (1), each from 1 to 0
///   polynomial            falls to lr_end (1e-7) by power (1)
///   constant              1, without warmup
///   constant_with_warmup  1
///   inverse_sqrt          falls with the root of the steps, counted in timescale (the warmup's steps; 10,000 without)
///   reduce_lr_on_plateau  is no function of the step: ReduceOnPlateau
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include <winnow/core/goal.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::hf {

struct ScheduleOptions {
  std::string type = "linear";     ///< any but reduce_lr_on_plateau
  Value kwargs = Value::object();  ///< num_cycles, lr_end, power, timescale
  std::int64_t warmup_steps = 0;
  std::int64_t training_steps = 1;  ///< in all
  double learning_rate = 5e-5;      ///< polynomial's lr_end is seen from it
};

using LearningRateFactor = std::function<double(std::int64_t step)>;

/// Fails with `invalid_input` and the option's name: for an unknown type, for kwargs that the schedule hasn't (constant
/// and constant_with_warmup overlook all), for a polynomial whose lr_end isn't below the learning rate.
Result<LearningRateFactor> learning_rate_factor(const ScheduleOptions& options);

/// Lowers the rate when a metric has stopped improving: PyTorch's ReduceLROnPlateau. A non-finite metric is no
/// improvement.
class ReduceOnPlateau {
public:
  struct Options {
    Goal mode = Goal::minimize;
    double factor = 0.1;         ///< < 1
    std::int64_t patience = 10;  ///< metrics without improvement that are put up with
    double threshold = 1e-4;     ///< what counts as improvement
    bool relative = true;        ///< threshold_mode: rel, else abs
    std::int64_t cooldown = 0;   ///< metrics after a reduction in which none is counted
    double min_lr = 0;
    double eps = 1e-8;  ///< a smaller reduction isn't made
  };
  /// All that a checkpoint needs.
  struct State {
    double best = std::numeric_limits<double>::infinity();  ///< of a maximised metric -infinity at first
    std::int64_t bad = 0;                                   ///< metrics since the best
    std::int64_t cooling = 0;                               ///< metrics of the cooldown still to come
    bool operator==(const State&) const = default;
  };

  explicit ReduceOnPlateau(Options options);
  /// From `lr_scheduler_kwargs`: mode (min, max; as in HF min where it isn't given, whatever `greater_is_better` says),
  /// factor, patience, threshold, threshold_mode (rel, abs), cooldown, min_lr, eps; verbose is overlooked. Fails with
  /// `invalid_input` and the option's name.
  static Result<ReduceOnPlateau> make(const Value& kwargs);

  /// The rate to go on with.
  double next(double metric, double learning_rate);

  [[nodiscard]] const State& state() const { return state_; }
  void restore(const State& state) { state_ = state; }

private:
  [[nodiscard]] bool is_better(double metric) const;

  Options options_;
  State state_;
};

}  // namespace winnow::hf
