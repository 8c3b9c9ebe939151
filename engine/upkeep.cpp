#include <winnow/engine/upkeep.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace winnow {

Upkeep::Findings Upkeep::look(double steady, double wall, std::optional<std::uint64_t> free) {
  next_ = steady + kPeriod;
  remove_doomed();
  Findings found;
  if (free) look_at_disk(*free, found);
  look_at_clock(steady, wall, found);
  for (const auto& [sweep, retry] : broken_) {
    if (steady >= retry.at) found.due.push_back(sweep);
  }
  return found;
}

void Upkeep::look_at_disk(std::uint64_t free, Findings& found) {
  const DiskGuard::Act act = guard_.look(free);
  if (act == DiskGuard::Act::none) return;
  found.may_start = act == DiskGuard::Act::resume;
  low_disk_.reset();
  if (!*found.may_start) {
    low_disk_ = fmt::format("only {} MiB free on the disk of {} (limit {} MiB): no trial starts until there is room",
                            free >> 20, sweeps_.string(), min_free_ >> 20);
  }
  found.notices.push_back(low_disk_.value_or("the disk has room again: trials start"));
}

/// Nothing that runs goes by the wall clock: what is timed goes by the steady one.
void Upkeep::look_at_clock(double steady, double wall, Findings& found) {
  constexpr double kNoticed = 5;  // seconds; less is a clock that is kept right
  const double ahead = wall - steady;
  const double set = ahead - ahead_.value_or(ahead);
  ahead_ = ahead;
  if (std::abs(set) < kNoticed) return;
  found.notices.push_back(
      fmt::format("the clock went {} by {:.0f} s: it was set, or the machine slept; times of events and "
                  "the ends of tokens follow it, time limits don't",
                  set > 0 ? "forward" : "back", std::abs(set)));
}

void Upkeep::try_again(const std::string& sweep, double steady, bool refused) {
  constexpr double kLongest = 60;  // seconds
  Retry& retry = broken_[sweep];
  retry.wait = std::min(kLongest, std::max(kPeriod, 2 * retry.wait));
  retry.at = steady + retry.wait;
  retry.refused = refused;
}

std::vector<std::string> Upkeep::broken() const {
  std::vector<std::string> sweeps;
  for (const auto& [sweep, retry] : broken_) {
    if (retry.refused) sweeps.push_back(sweep);
  }
  return sweeps;
}

void Upkeep::doom(const std::filesystem::path& root) {
  doomed_.push_back(root);
  remove_doomed();
}

void Upkeep::remove_doomed() {
  std::erase_if(doomed_, [](const std::filesystem::path& root) {
    std::error_code failed;
    std::filesystem::remove_all(root, failed);
    return !failed;
  });
}

}  // namespace winnow
