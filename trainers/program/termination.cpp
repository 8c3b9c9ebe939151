#include <winnow/trainers/program/termination.hpp>

#include <algorithm>

namespace winnow::program {
namespace {

using namespace std::chrono_literals;

/// How long a program that was told to end, and may be one that never reads, has to read that.
constexpr auto kToRead = 1s;
/// Between SIGTERM and SIGKILL, for a program that was told and had its grace time.
constexpr auto kLastWords = 1s;
/// A killed process that doesn't go (it waits for a dead disk, say) is left to its warden.
constexpr auto kGiveUp = 5s;

}  // namespace

Termination::Clock::time_point Termination::term_time(Clock::time_point now, Hearing hearing) const {
  if (!told_ || hearing.deaf) return now;
  if (hearing.listens || hearing.all_read) return *told_ + grace_;
  return *told_ + std::min<Clock::duration>(grace_, kToRead);
}

Termination::Next Termination::next(Clock::time_point now, Hearing hearing) {
  if (!began_) began_ = now;
  if (!terminated_) {
    const auto at = term_time(now, hearing);
    if (now < at) return {Step::wait, std::min(at, now + kToRead)};  // whether it listens is seen meanwhile
    terminated_ = now;
    return {Step::terminate, now};
  }
  if (!killed_) {
    const auto at = std::max(*began_ + grace_, *terminated_ + (told_ ? Clock::duration(kLastWords) : 0s));
    if (now < at) return {Step::wait, at};
    killed_ = now;
    return {Step::kill, now};
  }
  const auto at = *killed_ + kGiveUp;
  return {now < at ? Step::wait : Step::give_up, at};
}

}  // namespace winnow::program
