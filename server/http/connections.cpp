#include <winnow/server/http/connections.hpp>

namespace winnow::server {

void Connections::add(const std::shared_ptr<OpenConnection>& connection) {
  const std::lock_guard lock(mutex_);
  open_.emplace(connection.get(), connection);
}

void Connections::remove(const OpenConnection* connection) {
  const std::lock_guard lock(mutex_);
  open_.erase(connection);
  if (open_.empty()) changed_.notify_all();
}

std::size_t Connections::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

std::vector<std::shared_ptr<OpenConnection>> Connections::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<OpenConnection>> all;
  for (const auto& [_, connection] : open_) {
    if (auto one = connection.lock()) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::shared_ptr<OpenConnection>> Connections::late(OpenConnection::Clock::time_point now) const {
  // Without the lock: one that ends here comes to `remove`.
  auto late = all();
  std::erase_if(late, [&](const auto& one) { return !one->is_late(now); });
  return late;
}

bool Connections::wait_empty(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return open_.empty(); });
}

}  // namespace winnow::server
