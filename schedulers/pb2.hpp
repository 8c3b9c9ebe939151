/// Population-based bandits, `pb2` (Parker-Holder, Nguyen and Roberts, "Provably Efficient Online Hyperparameter
/// Optimization with Population-Based Bandits", NeurIPS 2020, by the rules of Ray Tune's PB2, read from Ray 2.60): Pbt
/// with bandit_explorer.hpp for its explorer.
#pragma once

#include <memory>

#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_pb2(const Value& options, SchedulerContext context);

}  // namespace winnow
