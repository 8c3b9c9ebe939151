#include <condition_variable>
#include <mutex>
#include <thread>

#include <winnow/base/catching.hpp>
#include <winnow/trainers/function.hpp>

namespace winnow {
namespace {

/// Where a function's thread and its trainable meet. Both own it, so that either may outlive the other.
/// Invariant: the function trains only while it is its turn; it begins with the turn, and each `report` passes it on.
class Meeting final : public FunctionContext {
public:
  Meeting(TrialFunction function, TrialContext trial) : function_(std::move(function)), trial_(std::move(trial)) {}

  // The function's side.
  [[nodiscard]] const TrialContext& trial() const override { return trial_; }
  void report(Metrics metrics, std::optional<Step> step) override {
    std::unique_lock lock(mutex_);
    if (over_) throw Cancelled{};
    report_ = {step, std::move(metrics)};
    functions_turn_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return functions_turn_ || over_; });
    if (over_) throw Cancelled{};
  }
  [[nodiscard]] bool cancelled() const noexcept override {
    const std::scoped_lock lock(mutex_);
    return over_;
  }
  void run() {
    std::optional<Error> error = call();
    function_ = nullptr;  // what it captured goes before anyone is told
    const std::scoped_lock lock(mutex_);
    error_ = std::move(error);
    ended_ = true;
    functions_turn_ = false;
    changed_.notify_all();
  }

  // The trainable's side.
  void go_on() {
    const std::scoped_lock lock(mutex_);
    functions_turn_ = !ended_;
    changed_.notify_all();
  }
  Result<Progress> wait_outcome() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !functions_turn_ || over_; });
    if (over_) return fail(cancelled_error());
    if (!ended_) return std::move(report_);
    if (error_) return fail(*error_);
    return Finished{};
  }
  void end() noexcept {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  bool wait_ended(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return ended_; });
  }

private:
  static Error cancelled_error() { return {errc::cancelled, "the trial was cancelled"}; }

  std::optional<Error> call() {
    try {
      function_(*this);
      return std::nullopt;
    } catch (const Cancelled&) {
      return cancelled_error();
    } catch (const std::exception& error) {
      return Error{errc::trial_failed, error.what()};
    } catch (...) {
      return Error{errc::trial_failed, "the function threw something that is no std::exception"};
    }
  }

  TrialFunction function_;
  const TrialContext trial_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool functions_turn_ = true;
  bool over_ = false;   ///< nobody wants further reports
  bool ended_ = false;  ///< the function has returned, with `error_` or well
  StepReport report_;   ///< the last one, until the trainable takes it
  std::optional<Error> error_;
};

class FunctionTrainable final : public Trainable {
public:
  FunctionTrainable(TrialFunction function, const TrialContext& trial, FunctionOptions options)
      : meeting_(std::make_shared<Meeting>(std::move(function), trial)), options_(options) {}
  ~FunctionTrainable() override {
    meeting_->end();
    if (!thread_.joinable()) return;
    if (meeting_->wait_ended(options_.unwind_time)) {
      thread_.join();
    } else {
      thread_.detach();
    }
  }
  FunctionTrainable(const FunctionTrainable&) = delete;
  FunctionTrainable& operator=(const FunctionTrainable&) = delete;

  Result<Progress> advance() override {
    if (!started_) {
      try {
        thread_ = std::thread([meeting = meeting_] { meeting->run(); });
      } catch (const std::system_error& error) {
        return fail(errc::trial_lost, std::string("no thread for the function: ") + error.what());
      }
      started_ = true;
    } else {
      meeting_->go_on();
    }
    return meeting_->wait_outcome();
  }
  void cancel() noexcept override { meeting_->end(); }

private:
  std::shared_ptr<Meeting> meeting_;
  FunctionOptions options_;
  std::thread thread_;
  bool started_ = false;
};

class FunctionFactory final : public TrainableFactory {
public:
  FunctionFactory(TrialFunction function, FunctionOptions options)
      : function_(std::move(function)), options_(options) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    if (!function_) return fail(errc::invalid_input, "function trainer: the function is empty");
    return std::make_unique<FunctionTrainable>(function_, context, options_);
  }
  [[nodiscard]] std::chrono::milliseconds extra_grace() const override { return options_.unwind_time; }

private:
  const TrialFunction function_;
  const FunctionOptions options_;
};

class SliceTrainable final : public Trainable {
public:
  SliceTrainable(std::shared_ptr<const SliceFunction> function, const TrialContext& context)
      : function_(std::move(function)), state_{context, 0, {}} {}

  Result<Progress> advance() override {
    return catching(errc::trial_failed, [this]() -> Result<Progress> {
      auto progress = function_->advance(state_);
      ++state_.slice;
      return progress;
    });
  }
  Result<void> save(const std::filesystem::path& file) override {
    if (!can_save()) return Trainable::save(file);
    return catching(errc::trial_failed, [&] { return function_->save(state_, file); });
  }
  Result<void> restore(const std::filesystem::path& file) override {
    if (!can_save()) return Trainable::restore(file);
    return catching(errc::trial_failed, [&] { return function_->restore(state_, file); });
  }
  [[nodiscard]] bool can_save() const override { return function_->save && function_->restore; }

private:
  std::shared_ptr<const SliceFunction> function_;
  SliceState state_;
};

class SliceFactory final : public TrainableFactory {
public:
  explicit SliceFactory(SliceFunction function)
      : function_(std::make_shared<const SliceFunction>(std::move(function))) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    if (!function_->advance) return fail(errc::invalid_input, "slice trainer: the function is empty");
    return std::make_unique<SliceTrainable>(function_, context);
  }
  /// Nobody knows how long a disk takes: one that saves needs a thread that may be given up.
  [[nodiscard]] Placement placement() const override {
    return function_->save ? Placement::own_thread : Placement::inline_slice;
  }

private:
  std::shared_ptr<const SliceFunction> function_;
};

}  // namespace

std::unique_ptr<TrainableFactory> function_trainer(TrialFunction function, FunctionOptions options) {
  return std::make_unique<FunctionFactory>(std::move(function), options);
}

std::unique_ptr<TrainableFactory> slice_trainer(SliceFunction function) {
  return std::make_unique<SliceFactory>(std::move(function));
}

}  // namespace winnow
