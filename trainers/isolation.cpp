#include <winnow/trainers/isolation.hpp>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <winnow/base/fd.hpp>
#include <winnow/core/duration.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/trainers/context_value.hpp>
#include <winnow/trainers/isolation/attempt_server.hpp>
#include <winnow/trainers/isolation/wire.hpp>
#include <winnow/trainers/isolation/worker_group.hpp>
#include <winnow/trainers/isolation/workers.hpp>
#include <winnow/trainers/process/descriptors.hpp>
#include <winnow/trainers/process/helper.hpp>
#include <winnow/trainers/program/environment.hpp>
#include <winnow/trainers/program/trial_setup.hpp>

namespace winnow {
namespace {

using namespace isolation;

constexpr const char* kSign = "WINNOW_WORKER";

std::vector<std::string> own_words() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size(); at = text.find('\0', at) + 1) words.emplace_back(text.c_str() + at);
  return words;
}

process::Launch program_of_this(const IsolationOptions& options) {
  auto environment = program::Environment::of_this_process();
  environment.set(kSign, "1");
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
    environment.set_default(name, std::to_string(std::max(1, options.threads)));
  }
  std::error_code ignored;
  return {.file = "/proc/self/exe",  // also where another file has taken its place
          .argv = options.words.empty() ? own_words() : options.words,
          .env = environment.entries(),
          .directory = std::filesystem::current_path(ignored).string()};
}

/// What can't be copied: a thread that isn't copied may hold a lock, and a GPU's driver knows one process.
bool can_be_copied() {
  if (process::count_threads() != 1) return false;
  std::error_code error;
  for (const int fd : process::open_descriptors()) {
    const auto file = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), error).string();
    if (file.starts_with("/dev/nvidia") || file == "/dev/kfd") return false;
  }
  return true;
}

/// Of several ranks each has a device of its own, as far as they go.
DeviceShare share_of_rank(const DeviceShare& share, int rank, int ranks) {
  if (share.empty() || ranks == 1) return share;
  return {{share.devices[static_cast<std::size_t>(rank) % share.devices.size()]}, share.gpus / ranks};
}

class IsolatedTrainable final : public Trainable {
public:
  IsolatedTrainable(TrialContext context, const IsolationOptions& options, std::shared_ptr<Workers> workers)
      : context_(std::move(context)),
        options_(options),
        workers_(std::move(workers)),
        cancel_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  ~IsolatedTrainable() override {
    if (group_ && options_.attempts_per_worker > 1) rest();
    group_.reset();
    std::error_code ignored;
    if (!meeting_.empty()) std::filesystem::remove(meeting_, ignored);
  }
  IsolatedTrainable(const IsolatedTrainable&) = delete;
  IsolatedTrainable& operator=(const IsolatedTrainable&) = delete;

  Result<void> start() {
    if (!cancel_event_) return fail(errc::trial_lost, "no descriptor is left");
    std::error_code error;
    std::filesystem::create_directories(context_.home, error);
    if (error) return fail(errc::trial_lost, context_.home.string() + ": " + error.message());
    if (options_.ranks > 1) {
      meeting_ = context_.home / ("ranks-" + std::to_string(context_.attempt));
      context_.ranks.size = options_.ranks;
      context_.ranks.init_method = "file://" + meeting_.string();
    }
    std::vector<std::unique_ptr<WorkerRun>> runs;
    std::vector<Value> requests;
    for (int rank = 0; rank < options_.ranks; ++rank) {
      TrialContext context = context_;
      context.ranks.rank = rank;
      context.devices = share_of_rank(context_.devices, rank, options_.ranks);
      auto worker = workers_->take(context.devices.ids());
      if (!worker) return fail(std::move(worker.error()));
      runs.push_back(
          std::make_unique<WorkerRun>(std::move(*worker), [this](const Value& question) { return answer(question); }));
      if (auto opened = runs.back()->open_log(log_of(rank), options_.log_limit); !opened) return opened;
      requests.push_back(
          {{"op", "make"}, {"context", winnow::to_value(context)}, {"suggest", static_cast<bool>(context_.suggest)}});
    }
    group_.emplace(std::move(runs), options_.grace, cancel_event_.get());
    return done(group_->call_each(requests));
  }

  Result<Progress> advance() override {
    auto answer = group_->call({{"op", "advance"}});
    if (!answer) return fail(std::move(answer.error()));
    note(*answer);
    return progress_of(*answer);
  }
  /// What the first rank writes is all ranks'.
  Result<void> save(const std::filesystem::path& file) override {
    return done(group_->call_first({{"op", "save"}, {"file", file.string()}}));
  }
  Result<void> restore(const std::filesystem::path& file) override {
    return done(group_->call({{"op", "restore"}, {"file", file.string()}}));
  }
  [[nodiscard]] bool can_save() const override { return can_save_; }
  [[nodiscard]] bool can_pause() const override { return can_pause_; }
  void answered(std::size_t taken, Verdict verdict) noexcept override {
    try {
      group_->tell({{"op", "answered"}, {"taken", taken}, {"verdict", verdict}});
    } catch (...) {  // no memory for it: the trainable isn't told
    }
  }
  void cancel() noexcept override { ::eventfd_write(cancel_event_.get(), 1); }

private:
  /// What may serve another attempt waits for it; the rest ends.
  void rest() {
    for (auto& [worker, memory] : group_->rest()) {
      ++worker.attempts;
      if (!workers_->may_serve_again(worker, memory)) continue;
      if (worker.memory == 0) worker.memory = memory;
      workers_->give_back(std::move(worker));
    }
  }

  Result<void> done(const Result<Value>& answer) {
    if (!answer) return fail(answer.error());
    note(*answer);
    return {};
  }
  void note(const Value& answer) {
    can_save_ = answer.value("can_save", false);
    can_pause_ = answer.value("can_pause", false);
  }

  [[nodiscard]] std::filesystem::path log_of(int rank) const {
    auto file = program::log_file(context_);
    if (rank > 0) file.replace_extension(".rank-" + std::to_string(rank) + ".log");
    return file;
  }

  Result<Value> answer(const Value& question) {
    const auto domain = recorded_domain(question.at("domain").get<std::string>());
    if (!domain) return fail(domain.error());
    return context_.suggest(question.at("name").get<std::string>(), *domain);
  }

  TrialContext context_;
  const IsolationOptions& options_;
  std::shared_ptr<Workers> workers_;
  Fd cancel_event_;
  std::filesystem::path meeting_{};  ///< the file where the ranks meet; empty: there is one
  bool can_save_ = false;
  bool can_pause_ = false;
  std::optional<WorkerGroup> group_;
};

class IsolatedTrainer final : public TrainableFactory {
public:
  IsolatedTrainer(std::shared_ptr<Workers> workers, const IsolationOptions& options)
      : workers_(std::move(workers)), options_(options) {}

  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    auto trainable = std::make_unique<IsolatedTrainable>(context, options_, workers_);
    if (auto started = trainable->start(); !started) return fail(std::move(started.error()));
    return trainable;
  }
  [[nodiscard]] bool cancelled_at_once() const override { return workers_->about().value("cancelled_at_once", false); }
  [[nodiscard]] bool uses_devices() const override { return workers_->about().value("uses_devices", true); }
  [[nodiscard]] std::chrono::milliseconds extra_grace() const override {
    return process::kAfterKill + std::chrono::milliseconds(workers_->about().value("extra_grace", std::int64_t{0}));
  }

private:
  std::shared_ptr<Workers> workers_;
  IsolationOptions options_;
};

}  // namespace

IsolationOptions isolation_of(const SweepSpec& spec, int slots) {
  return {.grace = milliseconds(spec.trial.grace),
          .log_limit = spec.process.log_limit,
          .threads = static_cast<int>(spec.cpus.value_or(1)),
          .slots = slots,
          .attempts_per_worker = spec.attempts_per_worker,
          .ranks = spec.trainer.ranks};
}

Result<std::unique_ptr<TrainableFactory>> isolated_trainer(Value job, const IsolationOptions& options,
                                                           std::shared_ptr<Spawner> spawner) {
  auto workers =
      Workers::start(std::move(spawner), {.program = program_of_this(options),
                                          .job = std::move(job),
                                          .ahead = static_cast<std::size_t>(std::max(1, options.slots * options.ranks)),
                                          .attempts = options.attempts_per_worker});
  if (!workers) return fail(std::move(workers.error()));
  return std::make_unique<IsolatedTrainer>(std::move(*workers), options);
}

bool is_worker() {
  static const bool is = [] {
    struct stat channel {};
    const bool told = std::getenv(kSign) != nullptr && ::fstat(process::kChannel, &channel) == 0 &&
                      S_ISSOCK(channel.st_mode);  // the variable alone may be anybody's
    ::unsetenv(kSign);                            // what this process starts is none
    if (told) ::fcntl(process::kChannel, F_SETFD, FD_CLOEXEC);
    return told;
  }();
  return is;
}

Value worker_job() {
  auto job = receive(process::kChannel);
  if (!job) std::_Exit(0);
  return std::move(*job);
}

void refuse_job(const Error& error) {
  send(process::kChannel, to_value(error));
  std::fflush(nullptr);
  std::_Exit(0);
}

void serve_job(std::shared_ptr<TrainableFactory> trainer) {
  std::fflush(nullptr);  // nobody reads what a template prints, once it is one
  const bool copies = can_be_copied();
  send(process::kChannel, {{"copies", copies},
                           {"cancelled_at_once", trainer->cancelled_at_once()},
                           {"uses_devices", trainer->uses_devices()},
                           {"extra_grace", trainer->extra_grace().count()}});
  const auto attempt = [&trainer] { serve_attempt(process::kChannel, *trainer); };
  if (copies) process::run_template(attempt);
  attempt();
  std::fflush(nullptr);
  std::_Exit(0);
}

}  // namespace winnow
