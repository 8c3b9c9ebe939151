#include <winnow/engine/feed.hpp>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <winnow/storage/ledger.hpp>
#include <winnow/storage/metrics_file.hpp>

namespace winnow {
namespace {

/// Events read at a time: a ledger that is shared with the writer is free again between two portions.
constexpr std::int64_t kPortion = 1'000;
/// Events between two flushes of the metrics file while it catches up, and those that are kept for the next look: bound
/// the memory.
constexpr std::int64_t kUnflushed = 50'000;

/// As JSON, so that no text ends the line or its field, whatever a program has put into it.
std::string as_json(const Value& value) {
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

/// One line an event, fields as key=value; reports are in the metrics file and would drown the rest.
void log_event(spdlog::logger& log, const Event& event) {
  if (event.kind() == EventKind::reported && event.state == TrialState::running) return;
  std::string line = fmt::format("seq={} event={}", event.seq, to_string(event.kind()));
  if (event.trial >= 0) line += fmt::format(" trial={} attempt={}", event.trial, event.attempt);
  if (const auto* reported = event.as<event::Reported>()) {
    line += fmt::format(" step={} verdict={} rung={}", reported->step, to_string(reported->verdict), reported->rung);
  }
  std::optional<Step> from_step;
  if (const auto* started = event.as<event::Started>()) from_step = started->from_step;
  if (const auto* paused = event.as<event::Paused>()) {
    line += fmt::format(" step={}", paused->step);
    from_step = paused->from_step;
  }
  if (event.kind() == EventKind::suggested || event.kind() == EventKind::changed || event.kind() == EventKind::drawn)
    line += " params=" + as_json(params_of(event)->to_json());
  if (from_step) line += fmt::format(" from_step={}", *from_step);
  if (has_ended(event.state)) line += fmt::format(" state={}", to_string(event.state));
  if (!event.text.empty() && event.kind() != EventKind::sweep) line += " why=" + as_json(event.text);
  log.info(line);
}

std::shared_ptr<spdlog::logger> open_log(const std::filesystem::path& file) {
  auto log =
      std::make_shared<spdlog::logger>("winnow", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
  return log;
}

/// Several failures as one, for people; none: success.
Result<void> joined(const std::vector<std::string>& failures) {
  if (failures.empty()) return {};
  return fail(errc::io, fmt::format("{}", fmt::join(failures, "; ")));
}

/// A second connection, unless the writer's allows none.
Result<std::optional<Ledger>> connection_of_its_own(const RunDir& dir, const Ledger& writers) {
  if (writers.locking() == Locking::exclusive) return std::nullopt;
  auto ledger = Ledger::open_read_only(dir.ledger());
  if (!ledger) return fail(ledger.error());
  return std::move(*ledger);
}

/// What the log met first. Any thread may use it.
class LogFailure {
public:
  void note(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (!first_) first_ = what;
  }
  [[nodiscard]] std::optional<std::string> get() const {
    const std::lock_guard lock(mutex_);
    return first_;
  }

private:
  mutable std::mutex mutex_;
  std::optional<std::string> first_;
};

}  // namespace

class EventFeed::Impl {
public:
  /// Reads through `own`, if there is one, else through `writers`.
  Impl(Ticker& ticker, std::filesystem::path metrics_path, std::optional<Ledger> own, const Ledger& writers,
       MetricsFile metrics, std::shared_ptr<spdlog::logger> log,
       std::function<Result<void>(TrialId, Attempt)> trial_ended, std::function<void(const Event&)> listener)
      : ticker_(ticker),
        metrics_path_(std::move(metrics_path)),
        own_(std::move(own)),
        writers_(writers),
        ledger_(own_ ? *own_ : writers),
        metrics_(std::move(metrics)),
        log_(std::move(log)),
        trial_ended_(std::move(trial_ended)),
        listener_(std::move(listener)) {
    last_seq_ = metrics_.applied();
    writers_.keep_tail(kUnflushed);
    // Called by any thread that writes into the log, which may outlive this object.
    log_->set_error_handler([failure = log_failure_](const std::string& what) { failure->note(what); });
    customer_ = ticker_.add([this] { follow(); });
  }
  ~Impl() { stop(); }

  void stop() {
    if (!customer_) return;
    ticker_.remove(*customer_);
    customer_.reset();
    follow();  // to the end
  }

  [[nodiscard]] Note note() const {
    return [log = log_](const std::string& line) {
      log->warn("{}", line);
      log->flush();
    };
  }

  Result<void> finish() {
    stop();
    std::vector<std::string> failures;
    if (read_failure_) failures.push_back(*read_failure_);
    if (auto finished = finish_metrics(); !finished) failures.push_back(finished.error().message);
    if (auto failure = log_failure_->get()) failures.push_back("logs/winnow.log: " + *failure);
    if (listener_failure_) failures.push_back(*listener_failure_);
    return joined(failures);
  }

private:
  using Failure = std::optional<std::string>;

  /// The first one counts.
  static void note(Failure& failure, std::string what) {
    if (!failure) failure = std::move(what);
  }

  void follow() {
    try {
      if (!read_failure_) catch_up();
    } catch (const std::exception& e) {  // the barrier of the thread
      note(read_failure_, std::string("the ledger can't be followed: ") + e.what());
    }
  }

  /// To the end, also where that moves on meanwhile.
  void catch_up() {
    std::int64_t flushed = last_seq_;
    std::int64_t before = 0;
    do {
      before = last_seq_;
      if (!writers_.take_tail(last_seq_, [this](const Event& event) { hand_on(event); })) read_portion();
      if (last_seq_ - flushed >= kUnflushed) {
        flush();
        flushed = last_seq_;
      }
    } while (!read_failure_ && last_seq_ - before >= kPortion);
    if (last_seq_ != flushed) flush();
    log_->flush();
  }

  /// Of what the tail hasn't any more.
  void read_portion() {
    std::vector<Event> portion;
    const auto read = ledger_.read(
        last_seq_, [&](const Event& event) { portion.push_back(event); }, kPortion);
    for (const Event& event : portion) hand_on(event);
    if (!read) note(read_failure_, read.error().message);
  }

  void hand_on(const Event& event) {
    last_seq_ = event.seq;
    finished_ = event.kind() == EventKind::finished;
    if (!metrics_failure_) metrics_.apply(event);
    log_event(*log_, event);
    if (trial_ended_ && event.trial >= 0 && has_ended(event.state)) {
      if (const auto done = trial_ended_(event.trial, event.attempt); !done) log_->warn("{}", done.error().message);
    }
    tell_listener(event);
  }

  /// It is the user's: one that throws hears of nothing more, and harms nothing else.
  void tell_listener(const Event& event) {
    if (!listener_) return;
    try {
      return listener_(event);
    } catch (const std::exception& e) {
      note(listener_failure_, fmt::format("on_event threw at event {}: {}", event.seq, e.what()));
    } catch (...) {
      note(listener_failure_, fmt::format("on_event threw at event {}", event.seq));
    }
    listener_ = nullptr;
  }

  /// A metrics file that can't be written is let go of; the log and the listener hear of everything all the same.
  void flush() {
    if (metrics_failure_) return;
    if (const auto flushed = metrics_.flush(); !flushed) note(metrics_failure_, flushed.error().message);
  }

  /// A file that can't be brought to its end, deleted perhaps, is made anew: all that it had is in the ledger.
  Result<void> finish_metrics() {
    if (!metrics_failure_) {
      const auto finished = finished_ ? metrics_.finish() : Result<void>();
      if (finished) return {};
      note(metrics_failure_, finished.error().message);
    }
    auto again = MetricsFile::open_or_rebuild(metrics_path_, ledger_);
    if (!again) return fail(errc::io, *metrics_failure_);
    metrics_ = std::move(*again);
    if (finished_) {
      if (auto finished = metrics_.finish(); !finished) return finished;
    }
    return fail(errc::io, *metrics_failure_ + "; it was made anew from the ledger");
  }

  Ticker& ticker_;
  const std::filesystem::path metrics_path_;
  std::optional<Ledger> own_;
  const Ledger& writers_;  ///< has the tail
  const Ledger& ledger_;   ///< to read in
  MetricsFile metrics_;
  std::shared_ptr<spdlog::logger> log_;
  std::function<Result<void>(TrialId, Attempt)> trial_ended_;
  std::function<void(const Event&)> listener_;
  std::int64_t last_seq_ = 0;
  bool finished_ = false;
  Failure read_failure_, metrics_failure_, listener_failure_;
  const std::shared_ptr<LogFailure> log_failure_ = std::make_shared<LogFailure>();
  std::optional<Ticker::Id> customer_;
};

Result<EventFeed> EventFeed::start(Ticker& ticker, const RunDir& dir, const Ledger& ledger,
                                   std::function<Result<void>(TrialId, Attempt)> trial_ended,
                                   std::function<void(const Event&)> listener) {
  auto own = connection_of_its_own(dir, ledger);
  if (!own) return fail(own.error());
  auto metrics = MetricsFile::open_or_rebuild(dir.metrics(), *own ? **own : ledger);
  if (!metrics) return fail(metrics.error());
  try {
    auto log = open_log(dir.logs() / "winnow.log");
    return EventFeed(std::make_unique<Impl>(ticker, dir.metrics(), std::move(*own), ledger, std::move(*metrics),
                                            std::move(log), std::move(trial_ended), std::move(listener)));
  } catch (const std::exception& e) {  // of the log
    return fail(errc::io, fmt::format("{}: {}", dir.root.string(), e.what()));
  }
}

EventFeed::EventFeed(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventFeed::EventFeed(EventFeed&&) noexcept = default;
EventFeed& EventFeed::operator=(EventFeed&&) noexcept = default;
EventFeed::~EventFeed() = default;

EventFeed::Note EventFeed::note() const {
  return impl_->note();
}

Result<void> EventFeed::finish() {
  return impl_->finish();
}

}  // namespace winnow
