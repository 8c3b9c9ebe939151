/// The sequences as SciPy has them (tests/data/quasi_random), and what scrambling and the samplers keep.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <winnow/samplers/detail/halton_sequence.hpp>
#include <winnow/samplers/detail/keyed_permutation.hpp>
#include <winnow/samplers/detail/latin_hypercubes.hpp>
#include <winnow/samplers/detail/sobol_sequence.hpp>

#include "spaces.hpp"

namespace winnow::testing::quasi_random_test {
namespace {

using Points = std::vector<std::vector<double>>;

Value recorded(const std::string& sequence) {
  std::ifstream file(WINNOW_SOURCE_DIR "/tests/data/quasi_random/sequences.json");
  return Value::parse(file).at(sequence);
}

std::unique_ptr<PointSequence> plain(const std::string& name, std::size_t dimension) {
  if (name == "sobol") return std::make_unique<SobolSequence>(dimension, std::nullopt);
  return std::make_unique<HaltonSequence>(dimension, std::nullopt);
}

Points first_points(PointSequence& sequence, std::uint64_t count) {
  Points points;
  for (std::uint64_t i = 0; i < count; ++i) points.push_back(sequence.point(i));
  return points;
}

class QuasiRandom : public ::testing::TestWithParam<std::string> {};

TEST_P(QuasiRandom, TheFirstPointsAreSciPys) {
  const auto expected = recorded(GetParam()).at("first").get<Points>();
  EXPECT_EQ(first_points(*plain(GetParam(), expected[0].size()), expected.size()), expected);
}

TEST_P(QuasiRandom, FarPointsAndManyDimensionsAreSciPys) {
  const Value all = recorded(GetParam()).at("far");
  ASSERT_EQ(all.size(), 3U);
  for (const Value& far : all) {
    const auto point =
        plain(GetParam(), far.at("dimensions").get<std::size_t>())->point(far.at("index").get<std::uint64_t>());
    std::vector<double> some;
    for (const Value& axis : far.at("axes")) some.push_back(point[axis.get<std::size_t>()]);
    EXPECT_EQ(some, far.at("values").get<std::vector<double>>()) << far.at("dimensions");
  }
}

INSTANTIATE_TEST_SUITE_P(Sequences, QuasiRandom, ::testing::Values("sobol", "halton"),
                         [](const auto& subject) { return subject.param; });

/// Hickernell's centred discrepancy, squared (Math. Comp. 67, 1998, eq. 1.3c).
double discrepancy(const Points& points) {
  const auto n = static_cast<double>(points.size());
  const std::size_t d = points[0].size();
  double single = 0;
  double pairs = 0;
  for (const auto& x : points) {
    double product = 1;
    for (std::size_t k = 0; k < d; ++k) {
      const double a = std::abs(x[k] - 0.5);
      product *= 1 + a / 2 - a * a / 2;
    }
    single += product;
    for (const auto& y : points) {
      product = 1;
      for (std::size_t k = 0; k < d; ++k) {
        product *= 1 + std::abs(x[k] - 0.5) / 2 + std::abs(y[k] - 0.5) / 2 - std::abs(x[k] - y[k]) / 2;
      }
      pairs += product;
    }
  }
  return std::pow(13.0 / 12, static_cast<double>(d)) - 2 / n * single + pairs / (n * n);
}

Points random_points(std::uint64_t seed, std::size_t count, std::size_t dimension) {
  Rng rng(seed);
  Points points(count, std::vector<double>(dimension));
  for (auto& point : points) {
    for (double& x : point) x = uniform01(rng);
  }
  return points;
}

/// How much more even than random points, on average over seeds.
double gain(const std::function<std::unique_ptr<PointSequence>(std::uint64_t seed)>& make, std::size_t dimension) {
  double random = 0;
  double even = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    random += discrepancy(random_points(seed, 128, dimension));
    even += discrepancy(first_points(*make(seed), 128));
  }
  return random / even;
}

TEST(SobolScrambled, IsMoreEvenThanRandom) {
  EXPECT_GT(gain([](std::uint64_t seed) { return std::make_unique<SobolSequence>(5, seed); }, 5), 10);
}

TEST(HaltonScrambled, IsMoreEvenThanRandom) {
  EXPECT_GT(gain([](std::uint64_t seed) { return std::make_unique<HaltonSequence>(5, seed); }, 5), 5);
}

TEST(LatinHypercube, IsMoreEvenThanRandom) {
  const LatinHypercubes::Options whole{.n = 128};
  EXPECT_GT(gain([&](std::uint64_t seed) { return std::make_unique<LatinHypercubes>(5, seed, whole); }, 5), 1.5);
}

/// One point in each of the cells that `side` cuts the dimension into.
bool one_in_each_cell(const Points& points, std::size_t side) {
  std::set<int> cells;
  for (const auto& point : points) cells.insert(static_cast<int>(point[side] * static_cast<double>(points.size())));
  return cells.size() == points.size();
}

TEST(SobolScrambled, EachBlockOfAPowerOfTwoHasOnePointInEachCellOfEachDimension) {
  SobolSequence sobol(30, 7);
  const Points points = first_points(sobol, 256);
  for (std::size_t size = 2; size <= 256; size *= 2) {
    for (std::size_t begin = 0; begin < points.size(); begin += size) {
      const Points block(points.begin() + static_cast<std::ptrdiff_t>(begin),
                         points.begin() + static_cast<std::ptrdiff_t>(begin + size));
      for (std::size_t side = 0; side < 30; ++side) ASSERT_TRUE(one_in_each_cell(block, side)) << size << " " << begin;
    }
  }
}

TEST(SobolScrambled, TheFirstTwoDimensionsAreANet) {
  SobolSequence sobol(2, 3);
  const Points points = first_points(sobol, 64);
  for (int bits = 0; bits <= 6; ++bits) {  // a (0, 6, 2)-net: each box of area 1/64 has one point
    std::set<std::pair<int, int>> boxes;
    for (const auto& p : points) boxes.emplace(std::ldexp(p[0], bits), std::ldexp(p[1], 6 - bits));
    EXPECT_EQ(boxes.size(), 64U) << bits;
  }
}

TEST(SobolScrambled, SeedsGiveOtherPointsAndEachPointIsUniform) {
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) mean += SobolSequence(1, seed).point(0)[0];
  EXPECT_NEAR(mean / 1000, 0.5, 0.04);
}

TEST(LatinHypercube, EachBlockHasOnePointInEachCell) {
  LatinHypercubes latin(4, 11, {.n = 5});
  std::set<std::vector<double>> seen;
  for (std::uint64_t block = 0; block < 40; ++block) {
    Points points;
    for (std::uint64_t i = 0; i < 5; ++i) points.push_back(latin.point(block * 5 + i));
    for (std::size_t side = 0; side < 4; ++side) EXPECT_TRUE(one_in_each_cell(points, side));
    seen.insert(points.begin(), points.end());
  }
  EXPECT_EQ(seen.size(), 200U);
}

TEST(LatinHypercube, NotScrambledItTakesTheMiddles) {
  LatinHypercubes latin(1, 11, {.n = 4, .scramble = false});
  std::set<double> points;
  for (std::uint64_t i = 0; i < 4; ++i) points.insert(latin.point(i)[0]);
  EXPECT_THAT(points, ::testing::ElementsAre(0.125, 0.375, 0.625, 0.875));
}

TEST(KeyedPermutation, IsOneForEverySize) {
  for (std::uint64_t size = 1; size < 70; ++size) {
    const KeyedPermutation permutation(size, size);
    std::set<std::uint64_t> values;
    for (std::uint64_t i = 0; i < size; ++i) values.insert(permutation(i));
    EXPECT_EQ(values.size(), size);
    EXPECT_LT(*values.rbegin(), size);
  }
}

TEST(KeyedPermutation, AllOrdersOfFourAreAboutEquallyLikely) {
  std::map<std::vector<std::uint64_t>, int> counts;
  for (std::uint64_t key = 0; key < 24'000; ++key) {
    const KeyedPermutation p(4, mix64(key));
    ++counts[{p(0), p(1), p(2), p(3)}];
  }
  EXPECT_EQ(counts.size(), 24U);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 160);
}

TEST(KeyedPermutation, HugeSizesAreNoTrouble) {
  const KeyedPermutation permutation(std::uint64_t{1} << 63, 5);
  EXPECT_NE(permutation(0), permutation(1));
}

class SequenceSamplers : public ::testing::TestWithParam<std::string> {};

TEST_P(SequenceSamplers, EveryTrialIsInTheSpace) {
  const Space space = wide_space();
  for (const Assignment& trial : proposals(*make_or_fail(GetParam(), {.space = space, .seed = 3}), 200)) {
    expect_within(space, trial);
  }
}

TEST_P(SequenceSamplers, ValuesOfADiscreteParameterComeEquallyOften) {
  const Space space = make_space({choice("c", {1, 2, 3, 4}), parameter("i", Integer{.low = 1, .high = 8}), real("x")});
  std::map<int, int> choices;
  std::map<int, int> integers;
  for (const Assignment& trial : proposals(*make_or_fail(GetParam(), {.space = space, .seed = 3}), 64)) {
    ++choices[trial.find("c")->get<int>()];
    ++integers[trial.find("i")->get<int>()];
  }
  for (const auto& [value, count] : choices) EXPECT_NEAR(count, 16, 2);
  for (const auto& [value, count] : integers) EXPECT_NEAR(count, 8, 2);
}

TEST_P(SequenceSamplers, LinearConstraintsHoldAndAnsweringTwiceIsTheSame) {
  const Space space = constrained_space();
  const auto sampler = make_or_fail(GetParam(), {.space = space, .seed = 5});
  const auto trials = proposals(*sampler, 100);
  ASSERT_EQ(trials.size(), 100U);
  for (const Assignment& trial : trials) expect_within(space, trial);
  EXPECT_EQ(proposals(*sampler, 100), trials);
}

TEST_P(SequenceSamplers, ASliverBetweenConstraintsIsFoundAtRandom) {
  const auto space = Space::make({real("a"), real("b")}, {{.threshold = 0.005, .terms = {{"a"}, {"b"}}}});
  ASSERT_TRUE(space);
  for (const Assignment& trial : proposals(*make_or_fail(GetParam(), {.space = *space}), 3)) {
    EXPECT_TRUE(space->feasible(trial));
  }
}

TEST_P(SequenceSamplers, TheSequenceBeginsBehindGivenPoints) {
  const Space space = make_space({real("x"), real("y")});
  const auto without = proposals(*make_or_fail(GetParam(), {.space = space, .seed = 2}), 8);
  const auto with =
      proposals(*make_or_fail(GetParam(), {.space = space, .seed = 2, .start_with = {Assignment({{"x", 0.5}})}}), 9);
  for (std::size_t i = 0; i < without.size(); ++i) EXPECT_EQ(with[i + 1], without[i]);
}

TEST_P(SequenceSamplers, AnEmptySpaceHasNothingToSuggestAndDrawsLater) {
  const auto sampler = make_or_fail(GetParam(), {});
  EXPECT_TRUE(sampler->propose(0)->empty());
  EXPECT_TRUE(contains(Float{}, sampler->draw(0, "late", Float{})));
  EXPECT_FALSE(sampler->learns());
}

TEST_P(SequenceSamplers, RefuseWhatTheyDontKnow) {
  EXPECT_THAT(refusal(GetParam(), {.options = {{"scrambel", true}}}), ::testing::HasSubstr("did you mean scramble?"));
}

INSTANTIATE_TEST_SUITE_P(All, SequenceSamplers, ::testing::Values("sobol", "halton", "latin_hypercube"),
                         [](const auto& subject) { return subject.param; });

TEST(SequenceOptions, AreChecked) {
  EXPECT_EQ(refusal("latin_hypercube", {.options = {{"n", 0}}}), "n: must be at least 1, got 0");
  std::vector<Parameter> many;
  for (int i = 0; i < 1001; ++i) many.push_back(real("p" + std::to_string(i)));
  EXPECT_EQ(refusal("halton", {.space = make_space(many)}),
            "parameters: halton takes at most 1000 that vary, got 1001");
}

}  // namespace
}  // namespace winnow::testing::quasi_random_test
