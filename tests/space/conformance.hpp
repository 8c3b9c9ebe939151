/// Comparing draws with what another implementation drew: quantiles, probabilities and counts of
/// tests/data/dialects/vectors.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>
#include <winnow/space/draw.hpp>

#include "laws.hpp"

namespace winnow::testing_laws {

inline constexpr int kDraws = 100'000;
/// χ² in standard deviations that a true law exceeds about once in 10⁵ times.
inline constexpr double kScoreLimit = 5;

inline Value vectors(const std::string& file) {
  std::ifstream stream(std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects/vectors" / file);
  return Value::parse(stream);
}

inline std::vector<Value> draws(const Domain& domain, const std::string& name, int n = kDraws) {
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    Rng rng = keyed_rng(11, i, name);
    values.push_back(draw(domain, rng));
  }
  return values;
}

inline std::vector<double> numbers(const std::vector<Value>& values) {
  std::vector<double> sorted;
  for (const Value& value : values) sorted.push_back(value.get<double>());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

/// `quantiles` at 1/(n+1), 2/(n+1), …, of a sample of `others` values (infinite: of the law itself).
inline void expect_quantiles(const std::vector<double>& sorted, const Value& quantiles, double others,
                             double slack = 0) {
  const auto n = static_cast<double>(sorted.size());
  const double limit = 1.95 * std::sqrt(1 / n + 1 / others) + slack;
  for (std::size_t k = 0; k < quantiles.size(); ++k) {
    const auto below = std::upper_bound(sorted.begin(), sorted.end(), quantiles[k].get<double>()) - sorted.begin();
    const double expected = static_cast<double>(k + 1) / static_cast<double>(quantiles.size() + 1);
    EXPECT_NEAR(static_cast<double>(below) / n, expected, limit) << "at quantile " << k;
  }
}

/// Others' multiples of q are products of doubles: 0.30000000000000004 and 0.3 are one point.
inline std::string spelled(const Value& value) {
  return value.is_number_float() ? Value(std::stod(fmt::format("{:.12g}", value.get<double>()))).dump() : value.dump();
}

inline std::map<std::string, double> counts(const std::vector<Value>& values) {
  std::map<std::string, double> seen;
  for (const Value& value : values) ++seen[spelled(value)];
  return seen;
}

/// `pairs`: [[value, probability], …]; every value must be one of them, of its type.
inline void expect_probabilities(const std::vector<Value>& values, const Value& pairs) {
  const auto seen = counts(values);
  std::map<double, int> found;
  std::map<double, double> expected;
  double total = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto it = seen.find(spelled(pairs[i][0]));
    const double count = it == seen.end() ? 0 : it->second;
    found[static_cast<double>(i)] = static_cast<int>(count);
    expected[static_cast<double>(i)] = pairs[i][1].get<double>();
    total += count;
  }
  EXPECT_LE(static_cast<double>(values.size()) - total, 2) << "values that the other has not";
  EXPECT_LT(chi_square_score(found, expected, static_cast<int>(values.size())), kScoreLimit);
}

/// `pairs`: [[value, count], …] of a sample of equal size.
inline void expect_counts(const std::vector<Value>& values, const Value& pairs) {
  auto seen = counts(values);
  double score = 0;
  for (const Value& pair : pairs) {
    const double ours = seen[pair[0].dump()];
    const auto theirs = pair[1].get<double>();
    score += (ours - theirs) * (ours - theirs) / (ours + theirs);
  }
  EXPECT_EQ(seen.size(), pairs.size()) << "values that the other has not";
  const double mean = static_cast<double>(pairs.size()) - 1;
  EXPECT_LT((score - mean) / std::sqrt(2 * mean), kScoreLimit);
}

}  // namespace winnow::testing_laws
