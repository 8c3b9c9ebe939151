#include <winnow/server/list_feed.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <winnow/server/feed_frame.hpp>

namespace winnow::server {
namespace {

constexpr std::chrono::milliseconds kListPeriod{250};
constexpr std::size_t kListPortion = 256;

/// Whether the list says the same of it: whatever else is said follows its events.
bool says_the_same(const SweepInfo& a, const SweepInfo& b) {
  return a.state == b.state && a.why == b.why && a.share == b.share && a.last_seq == b.last_seq &&
         a.counts.running == b.counts.running && a.counts.reports == b.counts.reports && a.created == b.created;
}

}  // namespace

Result<void> ListFeed::join(const std::shared_ptr<Outbox>& outbox) {
  if (!list_) return fail(errc::unsupported, "there is no list of sweeps to follow here");
  const std::lock_guard lock(mutex_);
  followers_.emplace_back(outbox);
  look();
  return {};
}

void ListFeed::leave(const std::shared_ptr<Outbox>& outbox) {
  const std::lock_guard lock(mutex_);
  std::erase_if(followers_, [&](const auto& one) { return one.lock() == outbox; });
}

ListFeed::Portion ListFeed::since(std::int64_t version) const {
  const std::lock_guard lock(mutex_);
  Portion portion{.version = version};
  for (auto it = by_version_.upper_bound(version); it != by_version_.end(); ++it) {
    if (portion.frames.size() == kListPortion) return portion;
    portion.frames.push_back(entries_.at(it->second).frame);
    portion.version = it->first;
  }
  portion.version = version_;
  return portion;
}

void ListFeed::poll() {
  const std::lock_guard lock(mutex_);
  std::erase_if(followers_, [](const auto& one) { return one.expired(); });
  if (followers_.empty()) {  // nothing is kept for nobody; the numbers go on
    entries_.clear();
    by_version_.clear();
    return;
  }
  if (Clock::now() - looked_ < kListPeriod) return;
  const std::int64_t before = version_;
  look();
  if (version_ == before) return;
  const Chunk nudge = chunk("");
  std::erase_if(followers_, [&](const auto& one) {
    const auto outbox = one.lock();
    return outbox == nullptr || !outbox->push(nudge);
  });
}

void ListFeed::look() {
  looked_ = Clock::now();
  std::set<std::string, std::less<>> there;
  for (const SweepInfo& info : list_()) {
    note(info.id, info);
    there.insert(info.id);
  }
  for (auto& [id, entry] : entries_) {
    if (!entry.removed && !there.contains(id)) note_removed(entry, id);
  }
}

void ListFeed::note(const std::string& id, const SweepInfo& info) {
  Entry& entry = entries_[id];
  if (entry.version != 0 && !entry.removed && says_the_same(entry.info, info)) return;
  entry.info = info;
  entry.removed = false;
  const std::string json = to_json(info).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  entry.frame = chunk(feed_frame(FrameKind::sweep, id, info.last_seq, json));
  renumber(entry, id);
}

void ListFeed::note_removed(Entry& entry, const std::string& id) {
  entry.info = {};
  entry.removed = true;
  entry.frame = chunk(feed_frame(FrameKind::removed, id, 0, "null"));
  renumber(entry, id);
}

void ListFeed::renumber(Entry& entry, const std::string& id) {
  by_version_.erase(entry.version);
  entry.version = ++version_;
  by_version_.emplace(entry.version, id);
}

}  // namespace winnow::server
