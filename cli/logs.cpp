/// `winnow logs`: what a trial printed, of a run here or of a daemon's sweep.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/session/attempt_log.hpp>

namespace winnow::cli {
namespace {

constexpr std::uint64_t kBlock = std::uint64_t{256} << 10;  ///< bytes that are read at once
constexpr int kLogInterval = 200;                           ///< milliseconds between two looks at a log here
constexpr int kTrialInterval = 500;                         ///< … and for a trial that isn't there yet

struct LogsArgs {
  RunChoice run;
  TrialId trial = 0;
  std::optional<std::int64_t> attempt;  ///< none: the newest
  std::int64_t rank = 0;
  std::optional<std::int64_t> tail;  ///< lines; none: all
  bool follow = false;
};

struct LogPart {
  std::string text{};
  std::uint64_t first = 0;  ///< where it begins
  std::uint64_t size = 0;   ///< of the whole log
};

/// A log, wherever it is.
class LogSource {
public:
  virtual ~LogSource() = default;
  /// `offset` below 0: so many bytes before the end. At most kBlock bytes of it. Fails with `unknown_…` where there is
  /// none.
  virtual Result<LogPart> part(std::int64_t offset) = 0;
  /// From `offset` on, until the attempt is over, or nobody reads any more.
  virtual Result<void> follow(std::int64_t offset) = 0;
};

/// Says whether somebody still reads.
bool show(std::string_view text) {
  put(text);
  flush_output();
  return !output_is_closed();
}

class LogHere final : public LogSource {
public:
  explicit LogHere(AttemptLog log) : log_(std::move(log)) {}

  Result<LogPart> part(std::int64_t offset) override {
    const auto file = open_log(log_);
    if (!file) return fail(file.error());
    const auto size = size_of_log(*file);
    if (!size) return fail(size.error());
    const auto end = static_cast<std::int64_t>(*size);
    const auto first = static_cast<std::uint64_t>(std::clamp<std::int64_t>(offset < 0 ? end + offset : offset, 0, end));
    auto text = read_log(*file, first, static_cast<std::size_t>(std::min(kBlock, *size - first)));
    if (!text) return fail(text.error());
    return LogPart{std::move(*text), first, *size};
  }

  Result<void> follow(std::int64_t offset) override {
    LogFollower log(log_, offset);
    while (!log.over()) {
      const auto text = log.next();
      if (!text) return fail(text.error());
      if (!show(*text)) return {};
      if (text->empty() && !log.over()) ::poll(nullptr, 0, kLogInterval);
    }
    return {};
  }

private:
  AttemptLog log_;
};

class LogElsewhere final : public LogSource {
public:
  LogElsewhere(DaemonPlace place, const std::string& sweep, const LogsArgs& args)
      : place_(std::move(place)),
        target_(
            fmt::format("/api/v1/sweeps/{}/trials/{}/logs?rank={}", percent_encoded(sweep), args.trial, args.rank)) {
    if (args.attempt) target_ += fmt::format("&attempt={}", *args.attempt);
  }

  Result<LogPart> part(std::int64_t offset) override {
    LogPart part;
    const auto answer = stream_from_daemon(
        place_, {.target = fmt::format("{}&offset={}&limit={}", target_, offset, kBlock)}, [&](std::string_view text) {
          part.text += text;
          return Result<void>();
        });
    if (!answer) return fail(answer.error());
    part.first = answer->number("Log-Offset");
    part.size = answer->number("Log-Size");
    return part;
  }

  Result<void> follow(std::int64_t offset) override {
    bool left = false;
    const auto answer = stream_from_daemon(
        place_, {.target = fmt::format("{}&follow=true&offset={}", target_, offset)},
        [&](std::string_view text) -> Result<void> {
          left = !show(text);
          if (left) return fail(errc::cancelled, "nobody reads any more");
          return {};
        },
        true);
    return answer || left ? Result<void>() : fail(answer.error());
  }

private:
  DaemonPlace place_;
  std::string target_;
};

Result<std::unique_ptr<LogSource>> source_of(const LogsArgs& args) {
  const auto spot = spot_of(args.run);
  if (!spot) return fail(spot.error());
  if (spot->directory.empty()) {
    return std::make_unique<LogElsewhere>(spot->daemon, spot->sweep.at("id").get<std::string>(), args);
  }
  auto view = SweepView::open(spot->directory);
  if (!view) return fail(view.error());
  auto log = attempt_log(std::move(*view), args.trial, args.attempt, args.rank);
  if (!log) return fail(log.error());
  return std::make_unique<LogHere>(std::move(*log));
}

/// Where the last `lines` lines begin; the last one may have no end yet.
Result<std::int64_t> start_of_tail(LogSource& log, std::int64_t lines) {
  auto part = log.part(-static_cast<std::int64_t>(kBlock));
  if (!part) return fail(part.error());
  if (lines == 0) return static_cast<std::int64_t>(part->size);
  std::int64_t ends = part->text.ends_with('\n') ? -1 : 0;  // that are behind it
  for (;;) {
    for (std::size_t i = part->text.size(); i > 0; --i) {
      if (part->text[i - 1] == '\n' && ++ends == lines) return static_cast<std::int64_t>(part->first + i);
    }
    if (part->first == 0) return 0;
    const std::uint64_t end = part->first;
    part = log.part(static_cast<std::int64_t>(end - std::min(end, kBlock)));
    if (!part) return fail(part.error());
    part->text.resize(std::min<std::size_t>(part->text.size(), end - part->first));
  }
}

/// Up to the end that the log has when it comes there.
Result<void> show_from(LogSource& log, std::int64_t offset) {
  for (;;) {
    const auto part = log.part(offset);
    if (!part) return fail(part.error());
    const std::uint64_t end = part->first + part->text.size();
    if (!show(part->text) || part->text.empty() || end >= part->size) return {};
    offset = static_cast<std::int64_t>(end);
  }
}

Result<void> show_log(const LogsArgs& args) {
  const auto log = source_of(args);
  if (!log) return fail(log.error());
  std::int64_t offset = 0;
  if (args.tail) {
    const auto start = start_of_tail(**log, *args.tail);
    const bool waits = args.follow && !start && start.error().code == errc::unknown_trial;
    if (!start && !waits) return fail(start.error());
    offset = start.value_or(0);
  }
  return args.follow ? (*log)->follow(offset) : show_from(**log, offset);
}

/// Whether trials, and attempts, may come that aren't there yet.
bool goes_on(const RunChoice& choice) {
  const auto spot = spot_of(choice);
  if (!spot) return false;
  if (spot->directory.empty()) {
    const Value& state = spot->sweep.at("state");
    return state == "running" || state == "paused";
  }
  const auto run = find_run(choice);
  if (!run || !run->run_by) return false;
  const auto view = SweepView::open(spot->directory);
  if (!view) return false;
  const auto more = (*view)->look([](const SweepView::Now& now) -> Result<bool> { return !now.sweep.finished(); });
  return more && *more;
}

int logs(const LogsArgs& args) {
  auto shown = show_log(args);
  bool said = false;
  while (!shown && args.follow && shown.error().code == errc::unknown_trial && goes_on(args.run)) {
    if (!std::exchange(said, true)) print_warnings({shown.error().message + ": waiting for it"});
    ::poll(nullptr, 0, kTrialInterval);
    shown = show_log(args);
  }
  return shown ? kDone : complain(shown.error());
}

}  // namespace

void add_logs(CLI::App& app, int& code) {
  const auto args = std::make_shared<LogsArgs>();
  CLI::App* command = add_command(app, "logs", "Show what a trial printed, if it runs as a process of its own",
                                  "winnow logs digits-20260131-120000 3 -f --tail 20");
  add_run_to_look_at(*command, args->run);
  command->add_option("trial", args->trial, "the number of the trial")
      ->type_name("TRIAL")
      ->required()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40));
  command->add_flag("-f,--follow", args->follow, "wait for the trial, and go on until its attempt is over");
  command->add_option("--tail", args->tail, "only the last so many lines, and what comes [all]")
      ->type_name("LINES")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40));
  command->add_option("--attempt", args->attempt, "of an earlier attempt [the newest]")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31));
  command->add_option("--rank", args->rank, "of several processes that train a trial together [0]")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1000000}));
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = logs(*args); });
}

}  // namespace winnow::cli
