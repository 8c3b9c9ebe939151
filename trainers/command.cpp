#include <winnow/trainers/command.hpp>

#include <sys/eventfd.h>

#include <algorithm>
#include <set>

#include <winnow/core/duration.hpp>
#include <winnow/core/reported.hpp>
#include <winnow/trainers/program/advice.hpp>
#include <winnow/trainers/program/ending.hpp>
#include <winnow/trainers/program/handover.hpp>
#include <winnow/trainers/program/port_lease.hpp>
#include <winnow/trainers/program/run.hpp>
#include <winnow/trainers/program/trial_setup.hpp>

namespace winnow {
namespace {

using namespace program;

constexpr std::size_t kMostReports = 1000;  ///< in a slice
constexpr std::size_t kMostNames = 20;      ///< of metrics, in a message

class CommandTrainable final : public Trainable {
public:
  CommandTrainable(std::shared_ptr<const CommandPlan> plan, std::shared_ptr<Spawner> spawner, TrialContext context)
      : plan_(std::move(plan)),
        spawner_(std::move(spawner)),
        context_(std::move(context)),
        resume_step_(context_.from_step),
        cancel_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  Result<Progress> advance() override {
    if (!run_) {
      if (auto started = start(); !started) return fail(started.error());
    }
    Burst burst = run_->next_reports(kMostReports);
    if (!burst.empty()) {
      for (const StepReport& report : burst) note_names(report.metrics);
      return Progress(std::move(burst));
    }
    if (run_->cancelled()) {
      run_->end();
      return fail(errc::cancelled, "cancelled");
    }
    return ended();
  }

  void answered(std::size_t taken, Verdict verdict) noexcept override {
    try {
      if (run_) run_->answer(taken, verdict);
    } catch (...) {  // no memory for an answer: the program isn't told
    }
  }

  [[nodiscard]] bool can_pause() const override { return true; }

  /// A program saves by itself, when it is told to pause, into its checkpoint folder.
  Result<void> save(const std::filesystem::path& file) override {
    if (!run_) return fail(errc::unsupported, "the program hasn't run");
    run_->end();
    if (run_->ending() == nullptr || !judge_ending(*run_->ending(), launch_, log_)) {
      return fail(errc::unsupported, "the program didn't leave with 0");
    }
    return write_manifest(context_.home, file, plan_->options().snapshots);
  }

  Result<void> restore(const std::filesystem::path& file) override { return restore_manifest(context_.home, file); }

  void cancel() noexcept override { ::eventfd_write(cancel_event_.get(), 1); }

private:
  /// What is missing on Winnow's side (descriptors, processes, a disk) loses the trial; what is wrong with the command
  /// fails it.
  Result<void> start() {
    if (!cancel_event_) return fail(errc::trial_lost, "no descriptor is left");
    auto seat = spawner_->take();
    if (!seat) return fail(errc::trial_lost, seat.error().message);
    if (auto port = PortLease::take()) port_ = std::move(*port);  // a program that needs one says so itself
    auto launch = plan_->prepare(context_, resume_step_, (*seat)->path(), port_.port());
    if (!launch) {
      spawner_->give_back(std::move(*seat));
      return fail(launch.error().code == errc::io ? errc::trial_lost : errc::trial_failed, launch.error().message);
    }
    launch_ = std::move(*launch);
    RunSetup setup;
    setup.launch = launch_;
    setup.patterns = plan_->patterns();
    setup.metrics = plan_->options().metrics;
    setup.grace = milliseconds(plan_->options().grace);
    setup.suggest = [this](const SuggestRequest& request) { return suggest(request); };
    if (auto opened = log_.open(log_file(context_), plan_->options().log_limit); !opened) {
      spawner_->give_back(std::move(*seat));
      return opened;
    }
    run_.emplace(spawner_, std::move(*seat), log_, std::move(setup), cancel_event_.get());
    return run_->start();
  }

  Result<Value> suggest(const SuggestRequest& request) {
    if (!context_.suggest || !plan_->options().distribution) {
      return fail(errc::unsupported, "this sweep draws no values while a trial runs");
    }
    const auto domain = plan_->options().distribution(request.distribution);
    if (!domain) return fail(domain.error());
    return context_.suggest(request.name, *domain);
  }

  void note_names(const Metrics& metrics) {
    if (objective_seen_) return;
    for (const auto& [name, value] : metrics) {
      objective_seen_ = objective_seen_ || name == plan_->options().metric;
      if (names_.size() < kMostNames) names_.insert(name);
    }
  }

  Result<Progress> ended() {
    if (auto judged = judge_ending(*run_->ending(), launch_, log_); !judged) return fail(judged.error());
    const std::string& metric = plan_->options().metric;
    // One that went on where it had left off may have had nothing left to do.
    const bool goes_on = resume_step_ || (context_.attempt > 1 && has_checkpoint(context_.home));
    if (metric.empty() || objective_seen_ || goes_on) return Progress(Finished{});
    return fail(errc::trial_failed,
                "exited with 0 without reporting '" + metric + "' (" + what_was_reported() + "); " + advice());
  }

  /// What would be right.
  [[nodiscard]] std::string advice() const {
    if (const auto handover = names_.empty() ? advice_on_handover(launch_.argv) : ""; !handover.empty())
      return handover;
    if (!plan_->patterns()) {
      return "report it as docs/programs.md says, e.g. winnow report " + plan_->options().metric + "=0.5";
    }
    return "winnow check FILE --line 'TEXT' shows what process.stdout reads in a line that it prints";
  }

  [[nodiscard]] std::string what_was_reported() const {
    const std::vector<std::string> names(names_.begin(), names_.end());
    std::string text = reported_instead(plan_->options().metric, names);
    const auto& left_out = run_->left_out();
    const auto odd = left_out.find(plan_->options().metric);
    return odd == left_out.end() ? text : text + "; it was " + odd->second + ", which is no number";
  }

  std::shared_ptr<const CommandPlan> plan_;
  std::shared_ptr<Spawner> spawner_;
  TrialContext context_;
  std::optional<Step> resume_step_;
  Fd cancel_event_;
  PortLease port_{};
  process::Launch launch_;
  Log log_;
  std::set<std::string> names_;
  bool objective_seen_ = false;
  std::optional<ProgramRun> run_;
};

class CommandFactory final : public TrainableFactory {
public:
  CommandFactory(std::shared_ptr<const CommandPlan> plan, std::shared_ptr<Spawner> spawner)
      : plan_(std::move(plan)), spawner_(std::move(spawner)) {}

  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    return std::make_unique<CommandTrainable>(plan_, spawner_, context);
  }
  /// A program may be hours from its next report; SIGTERM gives it the grace time to save.
  [[nodiscard]] bool cancelled_at_once() const override { return true; }
  [[nodiscard]] std::chrono::milliseconds extra_grace() const override { return process::kAfterKill; }

private:
  std::shared_ptr<const CommandPlan> plan_;
  std::shared_ptr<Spawner> spawner_;
};

}  // namespace

Result<std::unique_ptr<TrainableFactory>> command_trainer(CommandOptions options, std::shared_ptr<Spawner> spawner) {
  auto plan = CommandPlan::make(std::move(options));
  if (!plan) return fail(plan.error());
  return std::make_unique<CommandFactory>(std::make_shared<const CommandPlan>(std::move(*plan)), std::move(spawner));
}

Result<std::vector<std::string>> command_line(const CommandOptions& options, const Assignment& params) {
  const auto plan = CommandPlan::make(options);
  if (!plan) return fail(plan.error());
  return plan->words(options.space.nest(params), [] { return Result<std::string>("<trial>/args.json"); });
}

std::optional<std::string> missing_program(const CommandOptions& options, std::span<const std::string> words) {
  const auto plan = CommandPlan::make(options);
  return plan ? program::why_nothing_starts(*plan, words) : std::nullopt;
}

Result<PrintedLine> read_printed(const CommandOptions& options, std::string_view line) {
  const auto patterns = StdoutPatterns::make(options.stdout_patterns);
  if (!patterns) return fail(patterns.error());
  PrintedLine read;
  auto report = patterns->read(line, read.step, [&](const std::string& odd) { read.odd.push_back(odd); });
  if (report) read.metrics = std::move(report->metrics);
  return read;
}

std::string python_interpreter() {
  return interpreter_in(Environment::of_this_process());
}

std::filesystem::path program_checkpoint(const std::filesystem::path& home) {
  return program::has_checkpoint(home) ? program::checkpoint_folder(home) : std::filesystem::path();
}

}  // namespace winnow
