#include <winnow/schedulers/halving_bracket.hpp>

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include <winnow/core/value.hpp>

namespace winnow {

bool HalvingBracket::is_missing(const Member& member) const {
  return halves() && member.rung == rung_ && (member.place == Place::running || member.place == Place::kept);
}

bool HalvingBracket::makes_the_cut(const Entry& entry) const {
  const std::size_t kept = shape_.levels[rung_].kept;
  if (reached_.size() < kept) return true;
  return entry < *std::next(reached_.begin(), static_cast<std::ptrdiff_t>(kept) - 1);
}

std::string HalvingBracket::falls_short(const Entry& entry, std::size_t rung) const {
  const auto& [milestone, kept] = shape_.levels[rung];
  const double value = goal_ == Goal::maximize ? entry.merit : -entry.merit;
  return fmt::format("{} is not among the best {} of its bracket at {}", format_double(value), kept,
                     format_double(milestone));
}

void HalvingBracket::join(TrialId trial) {
  if (!members_.emplace(trial, Member{}).second) return;
  ++joined_;
  ++live_;
  if (halves()) ++missing_;
}

Decision HalvingBracket::judge(double resource, Entry entry) const {
  const auto found = members_.find(entry.trial);
  const std::size_t at = found == members_.end() ? 0 : found->second.rung;
  if (at >= shape_.levels.size() || resource < shape_.levels[at].milestone) return {};
  const auto rung = static_cast<std::int32_t>(at);
  const Decision short_of{.verdict = Verdict::stop, .rung = rung, .why = falls_short(entry, at)};
  if (!std::isfinite(entry.merit)) {
    return {
        .verdict = Verdict::stop, .rung = rung, .why = "its value is not a finite number, the worst of its bracket"};
  }
  if (at < rung_) return worst_kept_[at] < entry ? short_of : Decision{.rung = rung};
  const Decision waits{.verdict = Verdict::pause, .rung = rung};
  const bool is_member = found != members_.end();
  const bool last = full() && is_member && missing_ == (is_missing(found->second) ? 1U : 0U);
  if (!last) return waits;
  if (!makes_the_cut(entry)) return short_of;
  const bool beyond = at + 1 < shape_.levels.size() && resource >= shape_.levels[at + 1].milestone;
  return beyond ? waits : Decision{.rung = rung};
}

void HalvingBracket::record(double resource, Entry entry, const Decision& decision) {
  join(entry.trial);
  Member& member = members_.at(entry.trial);
  if (member.place == Place::away) {
    member.place = Place::running;
    ++live_;
    if (is_missing(member)) ++missing_;
  }
  member.resource = resource;
  if (decision.rung != static_cast<std::int32_t>(member.rung)) return;
  if (member.rung < rung_) {  // its rung was cut without it
    if (decision.verdict != Verdict::go_on) return;
    ++member.rung;
    if (is_missing(member)) ++missing_;
    return;
  }
  member.merit = entry.merit;
  if (!halves() || !std::isfinite(entry.merit)) return;
  if (is_missing(member)) --missing_;
  if (decision.verdict == Verdict::pause) member.place = Place::waiting;
  reached_.insert(entry);
  settle();
}

void HalvingBracket::leave(TrialId trial, bool failed) {
  const auto found = members_.find(trial);
  if (found == members_.end() || found->second.place == Place::away) return;
  Member& member = found->second;
  const Entry entry{member.merit, trial};
  if (is_missing(member) && !reached_.contains(entry)) --missing_;
  for (auto* entries : {&reached_, &kept_, &lost_}) entries->erase(entry);
  --live_;
  member.place = Place::away;
  if (!failed) members_.erase(found);
  settle();
}

void HalvingBracket::set_promotable(TrialId trial, bool promotable) {
  const auto found = members_.find(trial);
  if (found == members_.end()) return;
  Member& member = found->second;
  member.promotable = promotable;
  if (member.place != Place::kept && member.place != Place::lost) return;
  auto& entries = member.place == Place::kept ? kept_ : lost_;
  const Entry entry{member.merit, trial};
  promotable ? void(entries.insert(entry)) : void(entries.erase(entry));
}

std::optional<Wish> HalvingBracket::wish(const Room& room) const {
  if (!lost_.empty()) {
    const Entry& worst = *lost_.rbegin();
    return Drop{worst.trial, falls_short(worst, members_.at(worst.trial).rung)};
  }
  if (!kept_.empty()) return Promote{kept_.begin()->trial};
  // Nobody comes any more: the bracket is cut as it is.
  if (room.more || !halves() || (missing_ > 0 && !room.idle)) return std::nullopt;
  std::size_t left = shape_.levels[rung_].kept;
  for (const Entry& entry : reached_) {
    if (left-- == 0) break;
    if (members_.at(entry.trial).promotable) return Promote{entry.trial};
  }
  return std::nullopt;
}

void HalvingBracket::promoted(TrialId trial) {
  const auto found = members_.find(trial);
  if (found == members_.end()) return;
  Member& member = found->second;
  if (member.place == Place::waiting) {
    closed_ = true;
    cut();
  }
  const Entry entry{member.merit, trial};
  kept_.erase(entry);
  lost_.erase(entry);
  member.promotable = false;
  const bool waited = reached_.erase(entry) > 0;  // it had come to the next milestone as well
  member.place = Place::running;
  if (waited && is_missing(member)) ++missing_;
  settle();
}

/// Cuts as long as everybody is there.
void HalvingBracket::settle() {
  while (halves() && full() && missing_ == 0 && !reached_.empty()) cut();
}

void HalvingBracket::cut() {
  const std::set<Entry> came = std::exchange(reached_, {});
  std::size_t left = shape_.levels[rung_].kept;
  worst_kept_.push_back(left < came.size() ? *std::next(came.begin(), static_cast<std::ptrdiff_t>(left) - 1)
                                           : *came.rbegin());
  ++rung_;
  missing_ = 0;
  for (const Entry& entry : came) {
    Member& member = members_.at(entry.trial);
    const bool paused = member.place == Place::waiting;
    if (left == 0) {
      if (!paused) continue;  // its report was the last: it is being stopped
      member.place = Place::lost;
      if (member.promotable) lost_.insert(entry);
      continue;
    }
    --left;
    ++member.rung;
    if (paused && halves() && member.resource >= shape_.levels[rung_].milestone) {
      reached_.insert(entry);  // it skipped the milestone between: it waits here as well
      continue;
    }
    if (halves()) ++missing_;
    if (!paused) continue;
    member.place = Place::kept;
    if (member.promotable) kept_.insert(entry);
  }
}

}  // namespace winnow
