#include <winnow/sweep/importance/ranking.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace winnow::importance {

Result<void> check_enough(std::size_t trials) {
  if (trials >= 2) return {};
  return fail(errc::invalid_input, fmt::format("importance is a comparison of at least 2 completed trials that have "
                                               "a finite value; there {} {}",
                                               trials == 1 ? "is" : "are", trials));
}

Result<void> rank(Importance& importance) {
  auto& parameters = importance.parameters;
  if (parameters.empty()) return fail(errc::invalid_input, "no parameter has more than one value");
  double sum = 0;
  for (const ParameterImportance& one : parameters) sum += one.score;
  for (ParameterImportance& one : parameters) one.importance = sum > 0 ? one.score / sum : 0;
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const auto& a, const auto& b) { return a.score > b.score; });
  return {};
}

}  // namespace winnow::importance
