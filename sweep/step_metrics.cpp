#include <winnow/sweep/step_metrics.hpp>

#include <algorithm>

namespace winnow {

bool StepMetrics::has(Step step, std::string_view metric) const {
  if (step > last_) return false;
  const auto name = std::find(names_.begin(), names_.end(), metric);
  if (name == names_.end()) return false;
  const auto index = static_cast<std::uint32_t>(name - names_.begin());
  return std::any_of(runs_.begin(), runs_.end(), [&](const Run& run) {
    const Step offset = step - run.first;
    const bool in_run =
        run.stride == 0 ? offset == 0 : offset >= 0 && offset % run.stride == 0 && offset / run.stride < run.count;
    return in_run && std::binary_search(run.metrics.begin(), run.metrics.end(), index);
  });
}

bool StepMetrics::as_in_last_run(const Metrics& metrics) const {
  if (runs_.empty() || runs_.back().metrics.size() != metrics.size()) return false;
  const auto& indices = runs_.back().metrics;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (names_[indices[i]] != metrics[i].first) return false;
  }
  return true;
}

bool StepMetrics::extend_last_run(Step step) {
  Run& run = runs_.back();
  const Step stride = run.stride == 0 ? step - run.first : run.stride;
  if (stride <= 0 || step != run.first + stride * run.count) return false;
  run.stride = stride;
  ++run.count;
  return true;
}

void StepMetrics::add(Step step, const Metrics& metrics) {
  last_ = std::max(last_, step);
  if (as_in_last_run(metrics) && extend_last_run(step)) return;
  std::vector<std::uint32_t> indices;
  for (const auto& [name, value] : metrics) {
    const auto it = std::find(names_.begin(), names_.end(), name);
    indices.push_back(static_cast<std::uint32_t>(it - names_.begin()));
    if (it == names_.end()) names_.push_back(name);
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  if (!runs_.empty() && runs_.back().metrics == indices && extend_last_run(step)) return;
  runs_.push_back({.first = step, .stride = 0, .count = 1, .metrics = std::move(indices)});
}

void StepMetrics::clear() {
  runs_ = {};
  names_ = {};
  last_ = -1;
}

}  // namespace winnow
