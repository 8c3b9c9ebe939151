/// No early stopping: every trial trains until it ends by itself, or until `max_t` where one is given.
///
/// Ray Tune's FIFOScheduler, with the limit that Ray keeps elsewhere (`stop={"training_iteration": n}`).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Fifo final : public Scheduler {
public:
  struct Options {
    std::optional<double> max_t;  ///< the resource at which a trial is complete, >= 1; none: no limit
  };

  /// Fails with `invalid_option` and the option's name.
  static Result<Fifo> make(Options options);

  [[nodiscard]] Decision judge(const Judged& report) const override;
  void record(const Judged&, const Decision&) override {}
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  explicit Fifo(Options options) : options_(options) {}

  Options options_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_fifo(const Value& options, SchedulerContext context);

}  // namespace winnow
