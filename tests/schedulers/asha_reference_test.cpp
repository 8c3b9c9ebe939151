/// The stopping rule once more, in the plainest way (sort the whole rung at every report), compared on thousands of
/// random histories: ties, NaN, infinities, skipped rungs, both goals, several brackets.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <winnow/core/random.hpp>

#include "support.hpp"

namespace winnow::testing::asha_reference_test {
namespace {

constexpr double kWorst = -std::numeric_limits<double>::infinity();

class PlainAsha {
public:
  PlainAsha(Asha::Options options, Goal goal) : options_(options), goal_(goal) {}

  /// `lowest` is the first rung of the trial's bracket.
  Decision on_report(const Judged& report, double lowest) {
    if (report.resource >= options_.max_t) return {.verdict = Verdict::stop, .completed = true};
    std::int32_t reached = -1;
    double level = lowest;
    for (std::int32_t i = 0; level < options_.max_t && level <= report.resource;
         ++i, level *= options_.reduction_factor)
      reached = i;
    const auto [judged, is_first] = highest_.try_emplace(report.trial, -1);
    if (reached <= judged->second) return {};
    judged->second = reached;
    std::vector<double>& values = rungs_[{lowest, reached}];
    const bool stops = !std::isfinite(report.value) || merit(goal_, report.value) < cutoff(values);
    values.push_back(merit(goal_, report.value));
    return {.verdict = stops ? Verdict::stop : Verdict::go_on, .rung = reached};
  }

private:
  [[nodiscard]] double cutoff(std::vector<double> values) const {
    if (values.empty()) return kWorst;
    std::sort(values.begin(), values.end());
    const double position = (1 - 1 / options_.reduction_factor) * 100 / 100 * static_cast<double>(values.size() - 1);
    const double weight = position - std::floor(position);
    const double low = values[static_cast<std::size_t>(position)];
    const double high = values[std::min(static_cast<std::size_t>(position) + 1, values.size() - 1)];
    if (low == kWorst) return kWorst;
    return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight);
  }

  Asha::Options options_;
  Goal goal_;
  std::map<TrialId, std::int32_t> highest_;
  std::map<std::pair<double, std::int32_t>, std::vector<double>> rungs_;
};

template <std::size_t N>
double one_of(Rng& rng, const std::array<double, N>& choices) {
  return choices[static_cast<std::size_t>(uniform01(rng) * N)];
}

double random_value(Rng& rng) {
  const double kind = uniform01(rng);
  if (kind < 0.08) return std::numeric_limits<double>::quiet_NaN();
  if (kind < 0.12) return std::numeric_limits<double>::infinity();
  if (kind < 0.16) return kWorst;
  return kind < 0.5 ? std::floor(uniform01(rng) * 6) / 6 : uniform01(rng);
}

/// True if both say the same to the end.
bool agree_on_history(std::uint64_t seed) {
  Rng rng = keyed_rng(seed, 0, "history");
  const Asha::Options options{.max_t = one_of(rng, std::array{8.0, 9.0, 27.0, 100.0, 243.0}),
                              .grace_period = one_of(rng, std::array{1.0, 1.5, 2.0, 5.0}),
                              .reduction_factor = one_of(rng, std::array{1.3, 2.0, 3.0, 4.0, 2.5}),
                              .brackets = static_cast<int>(one_of(rng, std::array{1.0, 1.0, 3.0}))};
  const Goal goal = uniform01(rng) < 0.5 ? Goal::minimize : Goal::maximize;
  Asha asha = make_asha(options, goal, seed);
  PlainAsha plain(options, goal);
  std::array<double, 12> at{};
  std::set<TrialId> ended;
  for (int i = 0; i < 150; ++i) {
    const auto trial = static_cast<TrialId>(uniform01(rng) * at.size());
    if (ended.contains(trial)) continue;
    double& resource = at[static_cast<std::size_t>(trial)];
    resource += one_of(rng, std::array{1.0, 1.0, 1.0, 0.5, 4.0, 30.0});
    const Judged judged{.trial = trial, .resource = resource, .value = random_value(rng)};
    const auto levels = asha.rungs_of(trial);
    const double lowest = levels.empty() ? options.max_t : levels.front();
    const Decision expected = plain.on_report(judged, lowest);
    if (decide(asha, judged) != expected) return false;
    if (expected.verdict != Verdict::stop) continue;
    asha.ended(trial, TrialState::completed);
    ended.insert(trial);
  }
  return true;
}

TEST(AshaReference, AgreesOnThousandsOfRandomHistories) {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) ASSERT_TRUE(agree_on_history(seed)) << "seed " << seed;
}

TEST(AshaReference, RungsGoUpAndStayBelowMaxT) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Rng rng = keyed_rng(seed, 0, "rungs");
    const double grace = 1 + 9 * uniform01(rng);
    const Asha::Options options{.max_t = grace + 1000 * uniform01(rng) + 0.001,
                                .grace_period = grace,
                                .reduction_factor = 1.05 + 4 * uniform01(rng),
                                .brackets = 5};
    Asha asha = make_asha(options, Goal::minimize, seed);
    for (TrialId trial = 0; trial < 20; ++trial) {
      const auto levels = asha.rungs_of(trial);
      EXPECT_EQ(std::adjacent_find(levels.begin(), levels.end(), std::greater_equal<>()), levels.end());
      if (!levels.empty()) {
        EXPECT_GE(levels.front(), grace);
        EXPECT_LT(levels.back(), options.max_t);
      }
    }
  }
}

}  // namespace
}  // namespace winnow::testing::asha_reference_test
