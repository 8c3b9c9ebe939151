#include <winnow/server/event_feed.hpp>

#include <vector>

#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

Result<std::shared_ptr<FollowedSweep>> EventFeed::follow(const std::string& id) {
  const auto root = run_of(parent_, id);
  if (!root) return fail(root.error());
  const std::lock_guard lock(mutex_);
  std::weak_ptr<FollowedSweep>& known = followed_[id];
  if (auto followed = known.lock()) return followed;
  auto followed = FollowedSweep::open(*root);
  if (followed) known = *followed;
  return followed;
}

void EventFeed::poll() {
  std::vector<std::pair<std::string, std::shared_ptr<FollowedSweep>>> followed;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(followed_, [](const auto& one) { return one.second.expired(); });
    for (const auto& [id, sweep] : followed_) followed.emplace_back(id, sweep.lock());
  }
  for (const auto& [id, sweep] : followed) {
    if (sweep == nullptr || sweep->poll()) continue;
    const std::lock_guard lock(mutex_);
    followed_.erase(id);
  }
}

}  // namespace winnow::server
