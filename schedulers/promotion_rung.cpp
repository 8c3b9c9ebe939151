#include <cmath>
#include <winnow/schedulers/promotion_rung.hpp>

namespace winnow {

void PromotionRung::insert(Entry entry) {
  const bool high = !top_.empty() && entry < top_.rbegin()->first;
  (high ? top_ : rest_).emplace(entry, false);
  const auto wanted = static_cast<std::size_t>(std::floor(static_cast<double>(size()) / reduction_factor_));
  while (top_.size() < wanted) move_best_up();
  while (top_.size() > wanted) move_worst_down();
}

void PromotionRung::move_best_up() {
  auto node = rest_.extract(rest_.begin());
  if (node.mapped()) ready_.insert(node.key());
  top_.insert(std::move(node));
}

void PromotionRung::move_worst_down() {
  auto node = top_.extract(std::prev(top_.end()));
  ready_.erase(node.key());
  rest_.insert(std::move(node));
}

void PromotionRung::set_waiting(Entry entry, bool waiting) {
  if (const auto it = top_.find(entry); it != top_.end()) {
    it->second = waiting;
    waiting ? static_cast<void>(ready_.insert(entry)) : static_cast<void>(ready_.erase(entry));
  } else if (const auto below = rest_.find(entry); below != rest_.end()) {
    below->second = waiting;
  }
}

std::optional<PromotionRung::Entry> PromotionRung::best_ready() const {
  return ready_.empty() ? std::nullopt : std::optional(*ready_.begin());
}

}  // namespace winnow
