#include <winnow/session/sweep_views.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace winnow {

namespace fs = std::filesystem;

Result<fs::path> run_of(const fs::path& parent, const std::string& id) {
  const bool is_name = !id.empty() && id.front() != '.' && id.find('/') == std::string::npos;
  std::error_code failed;
  if (is_name && fs::exists(RunDir{parent / id}.ledger(), failed)) return parent / id;
  return fail(errc::unknown_sweep, fmt::format("there is no sweep '{}'", id));
}

Result<std::shared_ptr<SweepView>> SweepViews::open(const std::string& id, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto it = kept_.find(id);
  if (it != kept_.end() && !it->second.view->is_lost()) {
    it->second.used = now;
    return it->second.view;
  }
  if (it != kept_.end()) kept_.erase(it);
  const auto root = run_of(parent_, id);
  if (!root) return fail(root.error());
  auto view = SweepView::open(*root);
  if (!view) return fail(view.error());
  if (kept_.size() >= limits_.kept) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                                 [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  kept_.emplace(id, Kept{*view, now});
  return view;
}

void SweepViews::drop_unused(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& one) { return now - one.second.used > limits_.unused; });
}

std::size_t SweepViews::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace winnow
