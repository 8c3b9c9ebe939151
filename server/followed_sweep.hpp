/// A sweep's events for all who follow it: its ledger is read once, and what is new is one text that all of them share,
/// so that thousands of followers cost little more than one.
///
/// A follower says the last event that it knows. What it lacks of the past it is given in portions; when it has caught
/// up with the present it joins those who are given what is new, and no event is missing or comes twice.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/event_batch.hpp>
#include <winnow/server/outbox.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow::server {

/// What is wrong with following it from an event on that hasn't happened.
Error not_yet(std::int64_t since, std::int64_t last);

/// Any thread may call it.
class FollowedSweep {
public:
  static constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

  /// The run of a sweep, in the folder of its id.
  static Result<std::shared_ptr<FollowedSweep>> open(const std::filesystem::path& root);

  struct Portion {
    Chunk text{};           ///< null: there is nothing
    std::int64_t last = 0;  ///< the event up to which it goes
    bool joined = false;    ///< what comes after that comes into the outbox
    bool ended = false;     ///< nothing comes after that: the sweep has finished
  };
  /// Some of the events after `after` up to `until`. Where there are none, the outbox, if there is one, gets all that
  /// come from now on, for as long as it is there and open; `to_finish`: until the sweep has finished, if it hasn't
  /// yet, and then the outbox is closed. Fails with `unknown_sweep` where it is gone.
  Result<Portion> catch_up(std::int64_t after, std::int64_t until, EventFormat format,
                           const std::shared_ptr<Outbox>& outbox, bool to_finish = false);
  /// The outbox is given nothing more from now on.
  void leave(const std::shared_ptr<Outbox>& outbox);
  /// The number of the last event.
  [[nodiscard]] Result<std::int64_t> last_seq() const { return ledger_.last_seq(); }

  /// Reads what is new and gives it to the followers. To be called by one thread, many times a second. False: its
  /// ledger is gone or can't be read, and nobody follows it any more: streams end, and an outbox of frames is given
  /// `FrameKind::end`.
  bool poll();
  [[nodiscard]] bool is_gone() const;
  [[nodiscard]] std::size_t followers() const;

private:
  using Clock = std::chrono::steady_clock;
  struct Follower {
    std::weak_ptr<Outbox> outbox;
    std::int64_t after = 0;
    EventFormat format = EventFormat::ndjson;
    bool to_finish = false;
  };
  struct Past {
    std::int64_t after = 0;
    std::int64_t until = 0;
    EventFormat format = EventFormat::ndjson;
    Portion portion{};
  };

  FollowedSweep(const RunDir& dir, Ledger ledger, std::int64_t at, bool finished)
      : id_(dir.root.filename().string()),
        ledger_(std::move(ledger)),
        watch_(dir),
        at_(at),
        finished_(finished),
        told_(Clock::now()) {}
  [[nodiscard]] bool rests() const;
  void publish(const EventBatch& batch);
  void keep_alive();
  void drop_all();

  const std::string id_;
  const Ledger ledger_;
  const LedgerWatch watch_;
  mutable std::mutex mutex_;
  std::int64_t at_;  ///< the followers were given all up to this event
  bool finished_;    ///< which says that the sweep has finished
  std::vector<Follower> followers_{};
  std::deque<Past> past_{};  ///< portions that were given lately: many come again at once with the same number
  bool gone_ = false;
  Clock::time_point told_;  ///< when the followers heard something last
  int polls_ = 0;
  int heard_ = 0;  ///< the poll that brought events last
};

}  // namespace winnow::server
