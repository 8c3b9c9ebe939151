#include <winnow/search/feed.hpp>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <winnow/storage/ledger.hpp>
#include <winnow/storage/metrics_file.hpp>

namespace winnow {
namespace {

constexpr std::chrono::milliseconds kPeriod{250};
/// Events between two flushes of the metrics file while it catches up: bounds the memory.
constexpr std::int64_t kBatch = 50'000;

/// One line an event, fields as key=value; reports are in the metrics file and would drown the rest.
void log_event(spdlog::logger& log, const Event& event) {
  if (event.kind == EventKind::reported && event.state == TrialState::running) return;
  std::string line = fmt::format("seq={} event={}", event.seq, to_string(event.kind));
  if (event.trial >= 0) line += fmt::format(" trial={} attempt={}", event.trial, event.attempt);
  if (event.step >= 0)
    line += fmt::format(" step={} verdict={} rung={}", event.step, to_string(event.verdict), event.rung);
  if (event.kind == EventKind::suggested || event.kind == EventKind::changed)
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

}  // namespace

class EventFeed::Impl {
public:
  Impl(Ledger ledger, MetricsFile metrics, std::shared_ptr<spdlog::logger> log,
       std::function<void(const Event&)> listener)
      : ledger_(std::move(ledger)), metrics_(std::move(metrics)), log_(std::move(log)), listener_(std::move(listener)) {
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

  Result<void> finish() {
    stop();
    if (error_) return fail(*error_);
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
    std::optional<Error> error;
    std::int64_t unflushed = 0;
    const auto note = [&](const Result<void>& result) {
      if (!result && !error) error = result.error();
    };
    const auto read = ledger_.read(last_seq_, [&](const Event& event) {
      last_seq_ = event.seq;
      finished_ = event.kind == EventKind::finished;
      metrics_.apply(event);
      log_event(*log_, event);
      if (listener_) listener_(event);
      if (++unflushed % kBatch == 0) note(metrics_.flush());
    });
    note(read);
    if (unflushed % kBatch != 0) note(metrics_.flush());
    log_->flush();
    error_ = error;
  }

  Ledger ledger_;
  MetricsFile metrics_;
  std::shared_ptr<spdlog::logger> log_;
  std::function<void(const Event&)> listener_;
  std::int64_t last_seq_ = 0;
  bool finished_ = false;
  std::optional<Error> error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

Result<EventFeed> EventFeed::start(const RunDir& dir, std::function<void(const Event&)> listener) {
  auto ledger = Ledger::open_read_only(dir.ledger());
  if (!ledger) return fail(ledger.error());
  auto metrics = MetricsFile::open_or_rebuild(dir.metrics(), *ledger);
  if (!metrics) return fail(metrics.error());
  try {
    auto log = open_log(dir.logs() / "winnow.log");
    return EventFeed(
        std::make_unique<Impl>(std::move(*ledger), std::move(*metrics), std::move(log), std::move(listener)));
  } catch (const spdlog::spdlog_ex& e) {
    return fail(errc::io, e.what());
  }
}

EventFeed::EventFeed(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventFeed::EventFeed(EventFeed&&) noexcept = default;
EventFeed& EventFeed::operator=(EventFeed&&) noexcept = default;
EventFeed::~EventFeed() = default;

Result<void> EventFeed::finish() {
  return impl_->finish();
}

}  // namespace winnow
