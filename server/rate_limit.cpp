#include <winnow/server/rate_limit.hpp>

#include <algorithm>
#include <cmath>

namespace winnow::server {

namespace {

constexpr std::size_t kManyBuckets = 1024;

double seconds_between(RateLimit::Time from, RateLimit::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void RateLimit::set(Options options) {
  const std::lock_guard lock(mutex_);
  options_ = options;
}

std::optional<int> RateLimit::take(std::string_view name, Time now) {
  const std::lock_guard lock(mutex_);
  if (options_.rate <= 0) return std::nullopt;
  const double burst = std::max(options_.burst, 1.0);
  auto at = buckets_.find(name);
  if (at == buckets_.end()) {
    if (buckets_.size() >= kManyBuckets) forget_full(now);
    at = buckets_.emplace(std::string(name), Bucket{burst, now}).first;
  }
  Bucket& bucket = at->second;
  bucket.left = std::min(burst, bucket.left + options_.rate * std::max(0.0, seconds_between(bucket.at, now)));
  bucket.at = now;
  if (bucket.left < 1) return static_cast<int>(std::ceil((1 - bucket.left) / options_.rate));
  bucket.left -= 1;
  return std::nullopt;
}

void RateLimit::forget_full(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const Bucket& bucket = entry.second;
    return bucket.left + options_.rate * seconds_between(bucket.at, now) >= std::max(options_.burst, 1.0);
  });
}

}  // namespace winnow::server
