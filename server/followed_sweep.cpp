#include <winnow/server/followed_sweep.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/server/feed_frame.hpp>
#include <winnow/session/open_to_read.hpp>

namespace winnow::server {
namespace {

constexpr std::int64_t kPortion = 256;  ///< events of a text
constexpr int kMostPortions = 64;       ///< of one poll
constexpr int kLookEvery = 100;         ///< polls
constexpr int kRestEvery = 20;          ///< polls, of one that has finished
constexpr int kQuietEvery = 3;          ///< polls, of one that was quiet for
constexpr int kQuiet = 10;              ///< polls
constexpr std::size_t kPastKept = 32;
/// Proxies and browsers take a stream for dead that says nothing for long.
constexpr std::chrono::seconds kSilence{15};

}  // namespace

Error not_yet(std::int64_t since, std::int64_t last) {
  return {errc::illegal_state, fmt::format("since: {} hasn't happened: the sweep's last event is {}", since, last)};
}

Result<std::shared_ptr<FollowedSweep>> FollowedSweep::open(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  const auto last = ledger->last_seq();
  if (!last) return fail(last.error());
  bool finished = false;
  const auto read = ledger->read(
      *last - 1, [&](const Event& event) { finished = event.as<event::Finished>() != nullptr; }, 1);
  if (!read) return fail(read.error());
  return std::shared_ptr<FollowedSweep>(new FollowedSweep(*dir, std::move(*ledger), *last, finished));
}

Result<FollowedSweep::Portion> FollowedSweep::catch_up(std::int64_t after, std::int64_t until, EventFormat format,
                                                       const std::shared_ptr<Outbox>& outbox, bool to_finish) {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      const auto known = std::find_if(past_.begin(), past_.end(), [&](const Past& one) {
        return one.after == after && one.until == until && one.format == format;
      });
      if (known != past_.end()) return known->portion;
    }
    EventBatch batch;
    const std::int64_t most = std::min(kPortion, until - after);
    if (most > 0) {
      if (auto read = ledger_.read(
              after, [&](const Event& event) { batch.add(event); }, most);
          !read) {
        return fail(read.error());
      }
    }
    const std::lock_guard lock(mutex_);
    if (gone_) return fail(errc::unknown_sweep, fmt::format("sweep '{}' is gone", id_));
    if (!batch.empty()) {
      Portion portion{.text = chunk(batch.text(format, id_)), .last = batch.last()};
      past_.push_back({after, until, format, portion});
      if (past_.size() > kPastKept) past_.pop_front();
      return portion;
    }
    if (outbox == nullptr || after >= until) return Portion{.last = after};
    if (after < at_) continue;  // these came since
    if (to_finish && finished_ && after == at_) return Portion{.last = after, .ended = true};
    followers_.push_back({outbox, after, format, to_finish});
    return Portion{.last = after, .joined = true};
  }
}

void FollowedSweep::leave(const std::shared_ptr<Outbox>& outbox) {
  const std::lock_guard lock(mutex_);
  std::erase_if(followers_, [&](const Follower& follower) { return follower.outbox.lock() == outbox; });
}

bool FollowedSweep::is_gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

bool FollowedSweep::poll() {
  if (++polls_ % kLookEvery == 0 && watch_.look()) {
    drop_all();
    return false;
  }
  const int every = rests() ? kRestEvery : polls_ - heard_ > kQuiet ? kQuietEvery : 1;
  if (polls_ % every != 0) return true;
  for (int i = 0; i < kMostPortions; ++i) {
    EventBatch batch;
    const auto read = ledger_.read(
        at_, [&](const Event& event) { batch.add(event); }, kPortion);
    if (!read) {
      drop_all();
      return false;
    }
    if (batch.empty()) break;
    heard_ = polls_;
    publish(batch);
    if (static_cast<std::int64_t>(batch.size()) < kPortion) break;
  }
  keep_alive();
  return true;
}

bool FollowedSweep::rests() const {
  const std::lock_guard lock(mutex_);
  return finished_;
}

void FollowedSweep::publish(const EventBatch& batch) {
  std::array<Chunk, kEventFormats> texts{};
  const std::lock_guard lock(mutex_);
  std::erase_if(followers_, [&](Follower& follower) {
    const auto outbox = follower.outbox.lock();
    if (outbox == nullptr) return true;
    if (follower.after > batch.last()) return false;
    const bool is_over = follower.to_finish && batch.ends_finished();
    if (follower.after == batch.last()) {
      if (is_over) outbox->close();
      return is_over;
    }
    const bool has_some = follower.after >= batch.first();
    follower.after = std::max(follower.after, batch.first() - 1);
    Chunk own;
    if (has_some) own = chunk(batch.text(follower.format, id_, follower.after));
    Chunk& shared = texts.at(static_cast<std::size_t>(follower.format));
    if (!has_some && shared == nullptr) shared = chunk(batch.text(follower.format, id_));
    follower.after = batch.last();
    const bool is_there = outbox->push(has_some ? own : shared);
    if (is_over) outbox->close();
    return is_over || !is_there;
  });
  at_ = batch.last();
  finished_ = batch.ends_finished();
  told_ = Clock::now();
}

void FollowedSweep::keep_alive() {
  const std::lock_guard lock(mutex_);
  if (Clock::now() - told_ < kSilence) return;
  told_ = Clock::now();
  const Chunk comment = chunk(":\n\n");
  std::erase_if(followers_, [&](const Follower& follower) {
    const auto outbox = follower.outbox.lock();
    return outbox == nullptr || (follower.format == EventFormat::sse && !outbox->push(comment));
  });
}

void FollowedSweep::drop_all() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  const Chunk end = chunk(feed_frame(FrameKind::end, id_, 0, R"({"why":"gone"})"));
  for (const Follower& follower : followers_) {
    const auto outbox = follower.outbox.lock();
    if (outbox == nullptr) continue;
    if (follower.format == EventFormat::frame) {
      outbox->push(end);
    } else {
      outbox->close();
    }
  }
  followers_.clear();
}

std::size_t FollowedSweep::followers() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(followers_.begin(), followers_.end(), [](const auto& one) { return !one.outbox.expired(); }));
}

}  // namespace winnow::server
