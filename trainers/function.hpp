/// Trainables from C++ callables.
///
/// `function_trainer`: a plain blocking function that trains and calls `report` as it goes. It runs on a thread of its
/// own; `report` returns when the trial is to go on, and throws `Cancelled` when it is not (a stop, a pause, the end of
/// the sweep), so that the function's stack unwinds. It can't save.
///
/// `slice_trainer`: a callable that does one short slice per call, on the thread of whoever advances the trial; with
/// `save` and `restore`, on its slot's own.
#pragma once

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// Thrown by `report` when the trial ends there. Let it pass; it isn't a std::exception, so that handlers of the
/// function's own leave it alone.
struct Cancelled {};

class FunctionContext {
public:
  virtual ~FunctionContext() = default;
  [[nodiscard]] virtual const TrialContext& trial() const = 0;
  [[nodiscard]] const Assignment& params() const { return trial().params; }
  /// Hands a report over and waits for the verdict. Without a step it is the last step + 1. Throws `Cancelled`.
  virtual void report(Metrics metrics, std::optional<Step> step = std::nullopt) = 0;
  /// True once the trial is to end: for long work between reports.
  [[nodiscard]] virtual bool cancelled() const noexcept = 0;
};

using TrialFunction = std::function<void(FunctionContext&)>;

struct FunctionOptions {
  /// How long the destruction of a trainable waits for its function to unwind. A function that is still running then is
  /// given up: its thread goes on by itself and owns all that it uses.
  std::chrono::milliseconds unwind_time{1000};
};

/// A trainer whose trials call `function`, several at a time on different threads. An exception fails the attempt
/// with `errc::trial_failed` and its text.
std::unique_ptr<TrainableFactory> function_trainer(TrialFunction function, FunctionOptions options = {});

/// What a slice knows and keeps.
struct SliceState {
  TrialContext trial;
  std::int64_t slice = 0;  ///< slices done before this one; a `restore` sets it if the callable uses it
  std::any memory;         ///< the callable's own, empty at first
};

struct SliceFunction {
  std::function<Result<Progress>(SliceState&)> advance;
  /// Optional, both or neither. `restore` is called before the first slice.
  std::function<Result<void>(const SliceState&, const std::filesystem::path&)> save;
  std::function<Result<void>(SliceState&, const std::filesystem::path&)> restore;
};

/// A trainer of inline slices (Placement::inline_slice) if it can't save: each call should take well under a
/// millisecond. Exceptions fail the attempt as in `function_trainer`.
std::unique_ptr<TrainableFactory> slice_trainer(SliceFunction function);

}  // namespace winnow
