#include <torch/cuda.h>

#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/trainers/out_of_memory.hpp>
#include <winnow/trainers/torch/detail/device_option.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/detail/run_trial.hpp>

namespace winnow::hf {

template <class Body>
auto RunTrial::guarded(Body&& body) -> decltype(body()) {
  const auto work = [&]() -> decltype(body()) {
    if (auto held = take_device(); !held) return fail(std::move(held.error()));
    const auto on_its_stream = use_->guard();
    return body();
  };
  return catching(errc::trial_failed, work, [this](const std::exception& error) {
    broken_ = true;
    std::string words = first_line(error);
    const std::string limit = use_ ? use_->limit() : "";
    return limit.empty() || !is_out_of_device_memory(words) ? words : words + " (" + limit + ")";
  });
}

RunTrial::~RunTrial() {
  run_.reset();  // before the device is let go of
}

Result<void> RunTrial::take_device() {
  if (use_) return {};
  auto device = device_of_trial(device_, devices_, torch::cuda::is_available());
  if (!device) return fail(std::move(device.error()));
  device_ = std::move(*device);
  use_.emplace(torch::Device(device_), devices_.gpus, own_process_);
  return {};
}

Result<void> RunTrial::begin() {
  if (run_) return {};
  auto run = start(device_);
  if (!run) return fail(std::move(run.error()));
  run_ = std::move(*run);
  return {};
}

Result<Progress> RunTrial::advance() {
  return guarded([&]() -> Result<Progress> {
    // Several ranks agree on it in a step: none of them may stay away.
    if (broken_ || (cancelled_ && place_.size == 1)) return fail(errc::cancelled, "the trial was cancelled");
    if (auto begun = begin(); !begun) return fail(std::move(begun.error()));
    return train();
  });
}

Result<Progress> RunTrial::train() {
  const auto reported = [&]() -> Result<Progress> {
    auto said = report(*run_);
    if (!said) return fail(std::move(said.error()));
    has_reported_ = true;
    return std::move(*said);
  };
  for (;;) {
    const auto event = run_->next(cancelled_);
    if (!event) {
      broken_ = true;
      return fail(event.error());
    }
    if (std::holds_alternative<TrainingLoop::Evaluated>(*event)) return reported();
    if (std::holds_alternative<TrainingLoop::Cancelled>(*event)) {
      broken_ = true;
      return fail(errc::cancelled, "the trial was cancelled");
    }
    if (!std::holds_alternative<TrainingLoop::Ended>(*event)) continue;
    if (has_reported_) return Finished{};
    if (auto evaluated = run_->evaluate(nullptr); !evaluated) return fail(std::move(evaluated.error()));
    return reported();
  }
}

Result<void> RunTrial::save(const std::filesystem::path& file) {
  if (broken_) return fail(errc::illegal_state, "the trial was cancelled, or failed, in the middle of a step");
  return guarded([&]() -> Result<void> {
    if (auto begun = begin(); !begun) return begun;
    return run_->save(file);
  });
}

Result<void> RunTrial::restore(const std::filesystem::path& file) {
  return guarded([&]() -> Result<void> {
    if (run_) return fail(errc::illegal_state, "a trial can be restored before its first step only");
    if (auto begun = begin(); !begun) return begun;
    auto restored = run_->restore(file);
    if (!restored) run_.reset();
    has_reported_ = restored.has_value();  // it was saved with a report
    return restored;
  });
}

}  // namespace winnow::hf
