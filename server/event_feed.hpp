/// The sweeps that somebody follows, each while somebody does.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <winnow/server/followed_sweep.hpp>

namespace winnow::server {

/// Any thread may call it.
class EventFeed {
public:
  /// `parent` has the run directories, each under its sweep's id.
  explicit EventFeed(std::filesystem::path parent) : parent_(std::move(parent)) {}

  /// Followed for as long as somebody has it. Fails with `unknown_sweep` where there is none of that id, else as
  /// `FollowedSweep::open`.
  Result<std::shared_ptr<FollowedSweep>> follow(const std::string& id);
  /// To be called by one thread, many times a second.
  void poll();

private:
  const std::filesystem::path parent_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<FollowedSweep>, std::less<>> followed_;
};

}  // namespace winnow::server
