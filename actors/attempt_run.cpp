#include <winnow/actors/attempt_run.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/base/catching.hpp>

namespace winnow {
namespace {

tl::unexpected<Error> cancelled() {
  return fail(errc::cancelled, "the trial was cancelled");
}

}  // namespace

AttemptRun::AttemptRun(std::shared_ptr<const Job> job, TrialContext context, std::optional<TrialId> donor)
    : job_(std::move(job)), context_(std::move(context)), donor_(donor) {}

Result<Progress> AttemptRun::slice() {
  auto progress = catching(errc::trial_failed, [&]() -> Result<Progress> {
    if (!trainable_) {
      if (auto made = make(); !made) return fail(made.error());
    }
    tell_answer();
    running_ = trainable_.get();
    if (cancelled_) return cancelled();  // a restore that was given up must not begin to train
    saved_.reset();
    auto advanced = trainable_->advance();
    running_ = nullptr;
    if (!advanced) return advanced;
    if (auto saved = number_and_save(*advanced); !saved) return fail(saved.error());
    return advanced;
  });
  running_ = nullptr;
  return progress;
}

Result<void> AttemptRun::make() {
  if (auto found = find_checkpoint(); !found) return found;
  last_step_ = context_.from_step.value_or(0);
  auto made = job_->factory->make(context_);
  if (!made) return fail(made.error());
  if (context_.from_step) {
    const auto file = job_->checkpoints->path(context_.trial, *context_.from_step);
    if (auto restored = (*made)->restore(file); !restored) return restored;
  }
  trainable_ = std::move(*made);
  return {};
}

/// Only here are the bytes of a checkpoint looked at: the sequencer named it by what it remembers.
Result<void> AttemptRun::find_checkpoint() {
  if (context_.attempt == 1 && !context_.from_step) return {};
  if (!job_->checkpoints) {
    if (!context_.from_step) return {};
    return fail(errc::internal, fmt::format("trial {} is to go on from step {}, and there is no checkpoint store",
                                            context_.trial, *context_.from_step));
  }
  std::vector<std::string> warnings;
  if (donor_) {  // never an older one of the donor's: its state would not be the one that its score was measured on
    const auto adopted = job_->checkpoints->adopt(context_.trial, context_.attempt, *donor_, *context_.from_step);
    if (!adopted && adopted.error().code == errc::stale_attempt) return adopted;
    if (!adopted) warnings.push_back(adopted.error().message);  // it goes on by itself
  }
  const auto found = job_->checkpoints->claim(context_.trial, context_.attempt, context_.from_step, &warnings);
  if (!found) return fail(found.error());
  if ((*found != context_.from_step || !warnings.empty()) && job_->note) {
    job_->note(fmt::format("restored trial={} attempt={} wanted={} from={} why={}", context_.trial, context_.attempt,
                           *context_.from_step, *found ? std::to_string(**found) : "the start",
                           fmt::join(warnings, "; ")));
  }
  context_.from_step = *found;
  if (*found) pin_ = job_->checkpoints->pin(context_.trial, **found);
  return {};
}

Result<void> AttemptRun::number_and_save(Progress& progress) {
  if (auto* burst = std::get_if<Burst>(&progress)) {
    for (StepReport& report : *burst) number(report);
  }
  auto* report = std::get_if<StepReport>(&progress);
  if (report == nullptr) return {};
  number(*report);
  if (cancelled_ || !job_->checkpoints || !job_->save_reports || !trainable_->can_save()) return {};
  return save(*report->step);
}

/// Gives the report its step, and takes note of it.
void AttemptRun::number(StepReport& report) {
  report.step = report.step.value_or(last_step_ + 1);
  last_step_ = std::max(last_step_, *report.step);
  last_merit_.reset();
  if (job_->objective) {
    if (const double* value = find_metric(report.metrics, job_->objective->name)) {
      last_merit_ = merit(job_->objective->goal, *value);
    }
  }
}

Result<void> AttemptRun::save(Step step) {
  auto pin = job_->checkpoints->pin(context_.trial, step);
  auto saved = job_->checkpoints->save(context_.trial, context_.attempt, step, last_merit_,
                                       [&](const std::filesystem::path& file) { return trainable_->save(file); });
  if (!saved) return saved;
  saved_ = step;
  unanswered_ = std::move(pin);
  return {};
}

Result<std::optional<Step>> AttemptRun::save_pause() {
  return catching(errc::trial_failed, [&]() -> Result<std::optional<Step>> {
    const bool exploits = answer_ && answer_->second == Verdict::exploit;
    tell_answer();
    if (exploits) {  // what another one has comes in its place
      trainable_.reset();
      return std::nullopt;
    }
    if (!job_->checkpoints || !trainable_->can_pause()) return std::nullopt;
    if (saved_ == last_step_) return last_step_;  // with its report
    pin_.reset();  // the step is acknowledged: once its checkpoint is there no older one is needed
    auto saved = save(last_step_);
    if (saved) return last_step_;
    if (saved.error().code == errc::unsupported) return std::nullopt;
    return fail(saved.error());
  });
}

void AttemptRun::take_answer(std::size_t taken, Verdict verdict) {
  answer_.emplace(taken, verdict);
}

void AttemptRun::acknowledge(Step step) {
  if (unanswered_ && unanswered_->step() == step) pin_ = std::exchange(unanswered_, std::nullopt);
}

void AttemptRun::tell_answer() {
  if (!answer_ || !trainable_) return;
  const auto [taken, verdict] = *std::exchange(answer_, std::nullopt);
  trainable_->answered(taken, verdict);
}

void AttemptRun::leave() {
  tell_answer();
  trainable_.reset();
}

void AttemptRun::cancel() {
  cancelled_ = true;
  if (Trainable* slicing = running_) slicing->cancel();
}

}  // namespace winnow
