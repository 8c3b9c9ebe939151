/// How many requests a token may make: a token bucket (RFC 2697's meter without its colours). A bucket holds up to
/// `burst` requests and gains `rate` of them a second; a request that finds none is refused, and told when to come
/// again.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::server {

/// May be used by several threads. Time comes in as an argument.
class RateLimit {
public:
  using Time = std::chrono::steady_clock::time_point;

  struct Options {
    double rate = 0;   ///< a second; 0: no limit
    double burst = 0;  ///< at once; below 1 it counts as 1
  };

  explicit RateLimit(Options options) : options_(options) {}

  /// From now on; what the buckets hold stays.
  void set(Options options);

  /// Takes a request from the bucket of that name. If there is none: the whole seconds, at least 1, until there is.
  std::optional<int> take(std::string_view name, Time now);

private:
  struct Bucket {
    double left = 0;
    Time at;
  };
  /// Those that are full say nothing.
  void forget_full(Time now);

  Options options_;
  std::mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace winnow::server
