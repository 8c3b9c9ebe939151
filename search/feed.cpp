#include <winnow/search/feed.hpp>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <winnow/storage/ledger.hpp>
#include <winnow/storage/metrics_file.hpp>

namespace winnow {
namespace {

constexpr std::chrono::milliseconds kPeriod{250};
/// Events read at a time: a ledger that is shared with the writer is free again between two portions.
constexpr std::int64_t kPortion = 1'000;
/// Portions between two flushes of the metrics file while it catches up: bounds the memory.
constexpr int kUnflushed = 50;

/// One line an event, fields as key=value; reports are in the metrics file and would drown the rest.
void log_event(spdlog::logger& log, const Event& event) {
  if (event.kind == EventKind::reported && event.state == TrialState::running) return;
  std::string line = fmt::format("seq={} event={}", event.seq, to_string(event.kind));
  if (event.trial >= 0) line += fmt::format(" trial={} attempt={}", event.trial, event.attempt);
  if (event.step >= 0)
    line += fmt::format(" step={} verdict={} rung={}", event.step, to_string(event.verdict), event.rung);
  if (event.kind == EventKind::suggested || event.kind == EventKind::changed || event.kind == EventKind::drawn)
    line += " params=" + event.params.to_json().dump();
  if (event.from_step) line += fmt::format(" from_step={}", *event.from_step);
  if (has_ended(event.state)) line += fmt::format(" state={}", to_string(event.state));
  if (!event.text.empty() && event.kind != EventKind::sweep) line += fmt::format(" why=\"{}\"", event.text);
  log.info(line);
}

std::shared_ptr<spdlog::logger> open_log(const std::filesystem::path& file) {
  auto log =
      std::make_shared<spdlog::logger>("winnow", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
  return log;
}

/// A second connection, unless the writer's allows none.
Result<std::optional<Ledger>> connection_of_its_own(const RunDir& dir, const Ledger& writers) {
  if (writers.locking() == Locking::exclusive) return std::nullopt;
  auto ledger = Ledger::open_read_only(dir.ledger());
  if (!ledger) return fail(ledger.error());
  return std::move(*ledger);
}

}  // namespace

class EventFeed::Impl {
public:
  /// Reads through `own`, if there is one, else through `writers`.
  Impl(std::optional<Ledger> own, const Ledger& writers, MetricsFile metrics, std::shared_ptr<spdlog::logger> log,
       std::function<void(const Event&)> listener)
      : own_(std::move(own)),
        ledger_(own_ ? *own_ : writers),
        metrics_(std::move(metrics)),
        log_(std::move(log)),
        listener_(std::move(listener)) {
    last_seq_ = metrics_.applied();
    thread_ = std::thread([this] { follow(); });
  }
  ~Impl() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  [[nodiscard]] Note note() const {
    return [log = log_](const std::string& line) {
      log->warn("{}", line);
      log->flush();
    };
  }

  Result<void> finish() {
    stop();
    if (error_) return fail(*error_);
    if (metrics_error_) return fail(*metrics_error_);
    if (finished_) return metrics_.finish();
    return {};
  }

private:
  void follow() {
    std::unique_lock lock(mutex_);
    for (bool last = false; !last;) {
      changed_.wait_for(lock, kPeriod, [&] { return stopping_; });
      last = stopping_;
      lock.unlock();
      if (!error_) catch_up();
      lock.lock();
    }
  }

  void catch_up() {
    std::vector<Event> portion;
    int unflushed = 0;
    do {
      portion.clear();
      const auto read = ledger_.read(
          last_seq_, [&](const Event& event) { portion.push_back(event); }, kPortion);
      for (const Event& event : portion) hand_on(event);
      if (!portion.empty() && ++unflushed % kUnflushed == 0) flush();
      if (!read) error_ = read.error();
    } while (!error_ && static_cast<std::int64_t>(portion.size()) == kPortion);
    if (unflushed % kUnflushed != 0) flush();
    log_->flush();
  }

  void hand_on(const Event& event) {
    last_seq_ = event.seq;
    finished_ = event.kind == EventKind::finished;
    if (!metrics_error_) metrics_.apply(event);
    log_event(*log_, event);
    if (listener_) listener_(event);
  }

  /// A metrics file that can't be written is let go of; the log and the listener hear of everything all the same.
  void flush() {
    if (metrics_error_) return;
    if (const auto flushed = metrics_.flush(); !flushed) metrics_error_ = flushed.error();
  }

  std::optional<Ledger> own_;
  const Ledger& ledger_;
  MetricsFile metrics_;
  std::shared_ptr<spdlog::logger> log_;
  std::function<void(const Event&)> listener_;
  std::int64_t last_seq_ = 0;
  bool finished_ = false;
  std::optional<Error> error_;
  std::optional<Error> metrics_error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

Result<EventFeed> EventFeed::start(const RunDir& dir, const Ledger& ledger,
                                   std::function<void(const Event&)> listener) {
  auto own = connection_of_its_own(dir, ledger);
  if (!own) return fail(own.error());
  auto metrics = MetricsFile::open_or_rebuild(dir.metrics(), *own ? **own : ledger);
  if (!metrics) return fail(metrics.error());
  try {
    auto log = open_log(dir.logs() / "winnow.log");
    return EventFeed(
        std::make_unique<Impl>(std::move(*own), ledger, std::move(*metrics), std::move(log), std::move(listener)));
  } catch (const spdlog::spdlog_ex& e) {
    return fail(errc::io, e.what());
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
