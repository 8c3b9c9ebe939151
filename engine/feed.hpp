/// Follows the ledger of a running sweep from a thread of the house's and hands each durable event on: to the metrics
/// file, the log, and whoever listens. Never on the acknowledgement path: a few times a second it takes what has been
/// committed since. When it was away for too long, it reads that through a connection of its own, so that a slow reader
/// costs little memory and holds nobody up. Where the ledger allows no second connection (Locking::exclusive), it reads
/// through the writer's, in small portions.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/engine/ticker.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow {

class EventFeed {
public:
  /// `ticker`, whose thread it is, must outlive the feed. The metrics file is brought up to the ledger first (made anew
  /// if it is torn). `ledger` is the directory's, open for writing; it must outlive the feed. `trial_ended`, if there
  /// is one, is called for each trial that has ended, at least once; its failures stand in the log. A `listener` that
  /// throws is let go of.
  static Result<EventFeed> start(Ticker& ticker, const RunDir& dir, const Ledger& ledger,
                                 std::function<Result<void>(TrialId, Attempt)> trial_ended,
                                 std::function<void(const Event&)> listener);

  EventFeed(EventFeed&&) noexcept;
  EventFeed& operator=(EventFeed&&) noexcept;
  /// Reads to the end of the ledger, then stops.
  ~EventFeed();

  /// Writes a line into the log, from any thread, also when this object is gone.
  using Note = std::function<void(const std::string&)>;
  [[nodiscard]] Note note() const;

  /// Reads to the end, writes the metrics file's wide tables if the sweep has finished, and closes. A metrics file that
  /// can't be finished (someone has deleted it, say) is made anew. Fails with what metrics file, log or listener met
  /// meanwhile; the ledger has everything all the same.
  Result<void> finish();

private:
  class Impl;
  explicit EventFeed(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow
