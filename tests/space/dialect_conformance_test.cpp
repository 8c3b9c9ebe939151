// What the dialects' spellings draw, against the closed forms and against what the packages themselves drew
// (tests/data/dialects/*/draws, with the scripts that recorded it).
#include <gtest/gtest.h>

#include <cstdio>
#include <winnow/core/random.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/draw.hpp>

#include "dialect_files.hpp"
#include "laws.hpp"

namespace winnow::dialect_conformance_test {
namespace {

using namespace testing_dialects;
using namespace testing_laws;

constexpr int kDraws = 100'000;

enum class Dialect { optuna, ray };

Domain domain_of(Dialect dialect, const std::string& call) {
  const std::string file = OrderedJson{{"x", call}}.dump();
  const auto space = read_text(dialect == Dialect::optuna ? optuna::read_space : ray::read_space, file, "space.json");
  EXPECT_TRUE(space) << space.error().message;
  return space ? space->parameters().front().domain : Domain();
}

std::vector<Value> draws(const Domain& domain) {
  std::vector<Value> values;
  for (int i = 0; i < kDraws; ++i) {
    Rng rng = keyed_rng(11, i, "x");  // as the samplers do
    values.push_back(draw(domain, rng));
  }
  return values;
}

std::vector<double> numbers(const std::vector<Value>& values) {
  std::vector<double> sample;
  for (const Value& value : values) sample.push_back(value.get<double>());
  return sample;
}

// --- against the closed forms

using Masses = std::map<double, double>;

/// Each of first, first+step, … up to `last` with the mass that `weight` gives it.
template <class Weight>
Masses masses(double first, double last, double step, Weight weight) {
  Masses all;
  double sum = 0;
  for (int i = 0; first + i * step <= last + step / 2; ++i) {
    const double x = std::round((first + i * step) * 1e9) / 1e9;
    sum += all[x] = weight(x);
  }
  for (auto& [x, mass] : all) mass /= sum;
  return all;
}
Masses equal(double first, double last, double step) {
  return masses(first, last, step, [](double) { return 1.0; });
}
/// exp(U) in [x - below, x + above)
Masses log_cells(double first, double last, double step, double below, double above) {
  return masses(first, last, step, [=](double x) { return std::log((x + above) / (x - below)); });
}
Masses normal_cells(double mu, double sigma, double q) {
  const double reach = std::ceil(8 * sigma / q) * q;
  const double centre = std::round(mu / q) * q;
  return masses(centre - reach, centre + reach, q,
                [=](double x) { return normal_cdf(x + q / 2, mu, sigma) - normal_cdf(x - q / 2, mu, sigma); });
}

Cdf uniform(double a, double b) {
  return [=](double x) { return std::clamp((x - a) / (b - a), 0.0, 1.0); };
}
Cdf log_uniform(double a, double b) {
  return [=](double x) { return x <= a ? 0.0 : x >= b ? 1.0 : std::log(x / a) / std::log(b / a); };
}
Cdf normal(double mu, double sigma) {
  return [=](double x) { return normal_cdf(x, mu, sigma); };
}

struct RealCase {
  Dialect dialect;
  std::string call;
  Cdf cdf;
  double low, high;
};

constexpr double kInf = std::numeric_limits<double>::infinity();

class DialectReal : public testing::TestWithParam<RealCase> {};

TEST_P(DialectReal, FollowsItsLawWithinItsBounds) {
  const RealCase& param = GetParam();
  const auto sample = numbers(draws(domain_of(param.dialect, param.call)));
  EXPECT_LT(ks_distance(sample, param.cdf), ks_limit(sample.size()));
  const auto [least, most] = std::minmax_element(sample.begin(), sample.end());
  EXPECT_GE(*least, param.low);
  EXPECT_LE(*most, param.high);
}

INSTANTIATE_TEST_SUITE_P(
    Each, DialectReal,
    testing::Values(RealCase{Dialect::optuna, "trial.suggest_float(-2, 3)", uniform(-2, 3), -2, 3},
                    RealCase{Dialect::optuna, "trial.suggest_float(1e-5, 1e-1, log=True)", log_uniform(1e-5, 0.1), 1e-5,
                             0.1},
                    RealCase{Dialect::optuna, "trial.suggest_uniform(0, 1)", uniform(0, 1), 0, 1},
                    RealCase{Dialect::optuna, "trial.suggest_loguniform(1, 1000)", log_uniform(1, 1000), 1, 1000},
                    RealCase{Dialect::optuna, "UniformDistribution(5, 6)", uniform(5, 6), 5, 6},
                    RealCase{Dialect::optuna, "LogUniformDistribution(1e-3, 10)", log_uniform(1e-3, 10), 1e-3, 10},
                    RealCase{Dialect::ray, "tune.uniform(-2, 3)", uniform(-2, 3), -2, 3},
                    RealCase{Dialect::ray, "tune.loguniform(1e-4, 1e-1)", log_uniform(1e-4, 0.1), 1e-4, 0.1},
                    RealCase{Dialect::ray, "tune.randn()", normal(0, 1), -kInf, kInf},
                    RealCase{Dialect::ray, "tune.randn(-3, 0.25)", normal(-3, 0.25), -kInf, kInf}),
    [](const auto& instance) { return test_name(instance.param.call) + std::to_string(instance.index); });

struct DiscreteCase {
  Dialect dialect;
  std::string call;
  Masses masses;
  bool whole = true;  ///< the values are integers, by type
};

class DialectDiscrete : public testing::TestWithParam<DiscreteCase> {};

TEST_P(DialectDiscrete, HasItsPointsWithTheirMasses) {
  const DiscreteCase& param = GetParam();
  std::map<double, int> seen;
  for (const Value& value : draws(domain_of(param.dialect, param.call))) {
    ASSERT_EQ(value.is_number_integer(), param.whole) << value;
    const double x = std::round(value.get<double>() * 1e9) / 1e9 + 0.0;
    ASSERT_NEAR(x, value.get<double>(), 1e-12) << "off the grid";
    ++seen[x];
  }
  for (const auto& [x, count] : seen) EXPECT_TRUE(param.masses.contains(x)) << x << " drawn " << count << " times";
  for (const auto& [x, mass] : param.masses) {
    EXPECT_TRUE(mass * kDraws < 20 || seen.contains(x)) << x << " never drawn";
  }
  EXPECT_LT(chi_square_score(seen, param.masses, kDraws), 5);
}

INSTANTIATE_TEST_SUITE_P(
    Each, DialectDiscrete,
    testing::Values(
        DiscreteCase{Dialect::optuna, "trial.suggest_int(1, 10)", equal(1, 10, 1)},
        DiscreteCase{Dialect::optuna, "trial.suggest_int(-5, 5, step=5)", equal(-5, 5, 5)},
        DiscreteCase{Dialect::optuna, "trial.suggest_int(1, 10, step=4)", equal(1, 9, 4)},
        DiscreteCase{Dialect::optuna, "trial.suggest_int(1, 100, log=True)", log_cells(1, 100, 1, 0.5, 0.5)},
        DiscreteCase{Dialect::optuna, "IntUniformDistribution(2, 9, step=2)", equal(2, 8, 2)},
        DiscreteCase{Dialect::optuna, "IntLogUniformDistribution(4, 32)", log_cells(4, 32, 1, 0.5, 0.5)},
        DiscreteCase{Dialect::optuna, "trial.suggest_float(0, 1, step=0.1)", equal(0, 1, 0.1), false},
        DiscreteCase{Dialect::optuna, "trial.suggest_float(0, 1, step=0.3)", equal(0, 0.9, 0.3), false},
        DiscreteCase{Dialect::optuna, "trial.suggest_discrete_uniform(0.1, 0.9, 0.2)", equal(0.1, 0.9, 0.2), false},
        DiscreteCase{Dialect::optuna, "trial.suggest_categorical([1, 2, 5])", {{1, 1. / 3}, {2, 1. / 3}, {5, 1. / 3}}},
        DiscreteCase{Dialect::optuna, "trial.suggest_int(3, 3)", {{3, 1}}},
        DiscreteCase{Dialect::optuna, "trial.suggest_float(0.5, 0.5, log=True)", {{0.5, 1}}, false},
        DiscreteCase{Dialect::ray, "tune.randint(0, 10)", equal(0, 9, 1)},
        DiscreteCase{Dialect::ray, "tune.randint(-4, 3)", equal(-4, 2, 1)},
        DiscreteCase{Dialect::ray, "tune.qrandint(0, 12, 3)", equal(0, 12, 3)},
        DiscreteCase{Dialect::ray, "tune.qrandint(1, 10, 3)", equal(3, 9, 3)},
        DiscreteCase{Dialect::ray, "tune.qrandint(1, 10)", equal(1, 9, 1)},
        DiscreteCase{Dialect::ray, "tune.lograndint(1, 100)", log_cells(1, 99, 1, 0, 1)},
        DiscreteCase{Dialect::ray, "tune.lograndint(8, 40)", log_cells(8, 39, 1, 0, 1)},
        DiscreteCase{Dialect::ray, "tune.qlograndint(8, 64, 8)", log_cells(8, 64, 8, 0, 8)},
        DiscreteCase{Dialect::ray, "tune.qlograndint(5, 50, 10)", log_cells(10, 50, 10, 0, 10)},
        DiscreteCase{Dialect::ray, "tune.qlograndint(1, 10, 1)", log_cells(1, 9, 1, 0, 1)},
        DiscreteCase{Dialect::ray, "tune.quniform(0, 1, 0.25)", equal(0, 1, 0.25), false},
        DiscreteCase{Dialect::ray, "tune.quniform(-0.7, 0.7, 0.1)", equal(-0.7, 0.7, 0.1), false},
        DiscreteCase{Dialect::ray, "tune.qloguniform(1, 8, 1)", log_cells(1, 8, 1, 0.5, 0.5), false},
        DiscreteCase{Dialect::ray, "tune.qloguniform(0.5, 4, 0.5)", log_cells(0.5, 4, 0.5, 0.25, 0.25), false},
        DiscreteCase{Dialect::ray, "tune.qrandn(0, 1, 0.5)", normal_cells(0, 1, 0.5), false},
        DiscreteCase{Dialect::ray, "tune.qrandn(5, 2, 1)", normal_cells(5, 2, 1), false},
        DiscreteCase{Dialect::ray, "tune.choice([1, 2, 2])", {{1, 1. / 3}, {2, 2. / 3}}},
        DiscreteCase{Dialect::ray, "tune.quniform(1, 1, 0.5)", {{1, 1}}, false}),
    [](const auto& instance) { return test_name(instance.param.call) + std::to_string(instance.index); });

// --- against the packages

const Value& recorded(Dialect dialect) {
  static const Value kOptuna = Value::parse(text_of(kDialects / "optuna/draws/draws.json"));
  static const Value kRay = Value::parse(text_of(kDialects / "ray/draws/draws.json"));
  return dialect == Dialect::optuna ? kOptuna : kRay;
}

struct Recorded {
  Dialect dialect;
  std::string call;
};

std::vector<Recorded> calls(const std::string& kind, std::initializer_list<Dialect> dialects) {
  std::vector<Recorded> found;
  for (const Dialect dialect : dialects) {
    for (const auto& [call, draws_of_it] : recorded(dialect).at(kind).items()) found.push_back({dialect, call});
  }
  return found;
}

const auto kName = [](const auto& instance) { return test_name(instance.param.call) + std::to_string(instance.index); };

/// One type a spelling, decimals without the last bits: 0.3 and 0.30000000000000004 are one point.
std::string point(const Value& value) {
  if (!value.is_number_float()) return value.dump();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.12g as float", value.get<double>() + 0.0);
  return text.data();
}

using Counts = std::map<std::string, double>;

Counts counts_of(const Value& pairs) {
  Counts counts;
  for (const Value& pair : pairs) counts[point(pair[0])] += pair[1].get<double>();
  return counts;
}

Counts counts_of(const std::vector<Value>& values) {
  Counts counts;
  for (const Value& value : values) ++counts[point(value)];
  return counts;
}

/// χ² of two samples of one size, less its mean and in units of its standard deviation; rare points together.
double two_sample_score(const Counts& a, const Counts& b) {
  std::map<std::string, std::pair<double, double>> both;
  for (const auto& [key, count] : a) both[key].first = count;
  for (const auto& [key, count] : b) both[key].second = count;
  std::pair<double, double> rare;
  double score = 0;
  int bins = 0;
  const auto add = [&](double x, double y) {
    if (x + y == 0) return;
    score += (x - y) * (x - y) / (x + y);
    ++bins;
  };
  for (const auto& [key, counts] : both) {
    if (counts.first + counts.second < 20) {
      rare = {rare.first + counts.first, rare.second + counts.second};
    } else {
      add(counts.first, counts.second);
    }
  }
  add(rare.first, rare.second);
  const double mean = std::max(bins - 1, 1);
  return (score - mean) / std::sqrt(2 * mean);
}

class DialectQuantiles : public testing::TestWithParam<Recorded> {};

TEST_P(DialectQuantiles, AreThePackages) {
  const auto& [dialect, call] = GetParam();
  std::vector<double> sample = numbers(draws(domain_of(dialect, call)));
  std::sort(sample.begin(), sample.end());
  const Value& quantiles = recorded(dialect).at("quantiles").at(call);
  const double last = static_cast<double>(quantiles.size() - 1);
  for (std::size_t i = 1; i + 1 < quantiles.size(); ++i) {
    const auto below = std::upper_bound(sample.begin(), sample.end(), quantiles[i].get<double>()) - sample.begin();
    const double ours = static_cast<double>(below) / static_cast<double>(sample.size());
    EXPECT_NEAR(ours, static_cast<double>(i) / last, ks_limit(sample.size()) * std::sqrt(2.0)) << quantiles[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Each, DialectQuantiles, testing::ValuesIn(calls("quantiles", {Dialect::optuna, Dialect::ray})),
                         kName);

class DialectCounts : public testing::TestWithParam<Recorded> {};

TEST_P(DialectCounts, AreThePackages) {
  const auto& [dialect, call] = GetParam();
  const Counts theirs = counts_of(recorded(dialect).at("counts").at(call));
  EXPECT_LT(two_sample_score(counts_of(draws(domain_of(dialect, call))), theirs), 5);
}

INSTANTIATE_TEST_SUITE_P(Each, DialectCounts, testing::ValuesIn(calls("counts", {Dialect::optuna, Dialect::ray})),
                         kName);

/// Ray halves the mass of the two ends. The points are the same.
class DialectDifference : public testing::TestWithParam<Recorded> {};

TEST_P(DialectDifference, IsInTheMassesNotInThePoints) {
  const auto& [dialect, call] = GetParam();
  const Counts theirs = counts_of(recorded(dialect).at("different").at(call));
  const Counts ours = counts_of(draws(domain_of(dialect, call)));
  EXPECT_GT(two_sample_score(ours, theirs), 100);
  for (const auto& [key, count] : theirs) EXPECT_TRUE(ours.contains(key)) << key;
  EXPECT_EQ(ours.size(), theirs.size());
}

INSTANTIATE_TEST_SUITE_P(Each, DialectDifference, testing::ValuesIn(calls("different", {Dialect::ray})), kName);

TEST(DialectOptuna, LowersHighAsThePackageDoes) {
  int lowered = 0;
  for (const Value& row : recorded(Dialect::optuna).at("lowered")) {
    const auto made = optuna::float_distribution(row[0], row[1], {.step = row[2].get<double>()});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(std::get<Float>(*made).b, row[3].get<double>()) << row;
    lowered += row[1] != row[3] ? 1 : 0;
  }
  EXPECT_GT(lowered, 50);
}

TEST(DialectOptuna, WritesWhatThePackageWrites) {
  for (const Value& row : recorded(Dialect::optuna).at("written")) {
    const auto space = optuna::space({{"x", domain_of(Dialect::optuna, row["call"])}});
    const auto written = OrderedJson::parse(row["json"].get<std::string>());
    EXPECT_EQ(optuna::print(*space).json["x"].dump(), written.dump()) << row["call"];
  }
}

TEST(DialectOptuna, ReadsWhatVersion2Wrote) {
  const Value& legacy = recorded(Dialect::optuna).at("legacy");
  EXPECT_EQ(legacy.size(), 7U);
  for (const Value& row : legacy) {
    const auto domain = optuna::parse_distribution(row["json"]);
    ASSERT_TRUE(domain) << domain.error().message;
    EXPECT_EQ(*domain, domain_of(Dialect::optuna, row["call"])) << row["call"];
  }
}

}  // namespace
}  // namespace winnow::dialect_conformance_test
