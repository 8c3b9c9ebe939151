#include <winnow/server/http/house.hpp>

#include <winnow/server/http/connection.hpp>

namespace winnow::server {

bool Connections::add(const std::shared_ptr<Connection>& connection, std::size_t most) {
  const std::lock_guard lock(mutex_);
  if (open_.size() >= most) return false;
  open_.emplace(connection.get(), connection);
  return true;
}

void Connections::remove(const Connection* connection) {
  const std::lock_guard lock(mutex_);
  open_.erase(connection);
  if (open_.empty()) changed_.notify_all();
}

std::size_t Connections::size() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

std::vector<std::shared_ptr<Connection>> Connections::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [_, connection] : open_) {
    if (auto one = connection.lock()) all.push_back(std::move(one));
  }
  return all;
}

std::vector<std::shared_ptr<Connection>> Connections::late(std::chrono::steady_clock::time_point now) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Connection>> late;
  for (const auto& [raw, connection] : open_) {
    if (!raw->is_late(now)) continue;  // it leaves here, waiting for the lock, before it is gone
    if (auto one = connection.lock()) late.push_back(std::move(one));
  }
  return late;
}

bool Connections::wait_empty(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return open_.empty(); });
}

}  // namespace winnow::server
