#include <winnow/sweep/step_metrics.hpp>

#include <algorithm>

namespace winnow {

bool StepMetrics::has(Step step, std::string_view metric) const {
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

void StepMetrics::add(Step step, const Metrics& metrics) {
  std::vector<std::uint32_t> indices;
  for (const auto& [name, value] : metrics) {
    const auto it = std::find(names_.begin(), names_.end(), name);
    indices.push_back(static_cast<std::uint32_t>(it - names_.begin()));
    if (it == names_.end()) names_.push_back(name);
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  if (!runs_.empty()) {
    Run& run = runs_.back();
    const Step stride = run.stride == 0 ? step - run.first : run.stride;
    if (run.metrics == indices && stride > 0 && step == run.first + stride * run.count) {
      run.stride = stride;
      ++run.count;
      return;
    }
  }
  runs_.push_back({.first = step, .stride = 0, .count = 1, .metrics = std::move(indices)});
}

void StepMetrics::clear() {
  runs_ = {};
  names_ = {};
}

}  // namespace winnow
