// Every W&B distribution: 10⁵ draws against the closed form, and against the quantiles and probabilities of the open
// engine (tests/data/dialects/vectors/make_wandb.py).
#include <gtest/gtest.h>

#include <winnow/space/dialects/wandb.hpp>

#include "conformance.hpp"

namespace winnow::wandb::wandb_conformance_test {
namespace {

using namespace testing_laws;

const Value& recorded() {
  static const Value all = vectors("wandb.json");
  return all;
}

Domain domain_of(const Value& definition) {
  const auto parsed = parse_space(Value{{"x", definition}}.dump(), "vectors.json");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->space.parameters().front().domain : Domain();
}

/// Before rounding, from the definition's keys, by the table of W&B's documentation.
Cdf law_of(const std::string& name, const Value& keys) {
  const auto key = [&](const char* word, double fallback) { return keys.value(word, fallback); };
  const double low = key("min", 0);
  const double high = key("max", 1);
  const auto log_between = [](double a, double b) {  // exp(U(a, b))
    return [a, b](double x) { return x <= 0 ? 0 : std::clamp((std::log(x) - a) / (b - a), 0.0, 1.0); };
  };
  if (name == "uniform") return [=](double x) { return std::clamp((x - low) / (high - low), 0.0, 1.0); };
  if (name == "log_uniform") return log_between(low, high);
  if (name == "log_uniform_values" || name == "inv_log_uniform_values") {
    return log_between(std::log(low), std::log(high));
  }
  if (name == "inv_log_uniform") return log_between(-high, -low);
  const double mu = key("mu", 0);
  const double sigma = key("sigma", 1);
  if (name == "normal") return [=](double x) { return normal_cdf(x, mu, sigma); };
  if (name == "log_normal") return [=](double x) { return x <= 0 ? 0 : normal_cdf(std::log(x), mu, sigma); };
  const double a = key("a", 1);
  const double b = key("b", 1);
  return [=](double x) { return beta_cdf(x, a, b); };
}

class WandbDraws : public testing::TestWithParam<std::size_t> {
protected:
  [[nodiscard]] const Value& row() const { return recorded()[GetParam()]; }
  [[nodiscard]] std::vector<Value> values() const {
    return draws(domain_of(row()["definition"]), row()["name"].get<std::string>());
  }
};

TEST_P(WandbDraws, AreAsTheOpenEngineHasThem) {
  const auto drawn = values();
  if (row().contains("quantiles")) {
    expect_quantiles(numbers(drawn), row()["quantiles"], std::numeric_limits<double>::infinity());
  } else {
    expect_probabilities(drawn, row()["probabilities"]);
  }
}

TEST_P(WandbDraws, HaveItsType) {
  const std::string type = row()["type"];
  for (const Value& value : values()) {
    ASSERT_TRUE(type == "int"     ? value.is_number_integer()
                : type == "float" ? value.is_number_float()
                                  : value.is_string())
        << value.dump() << " is no " << type;
  }
}

TEST_P(WandbDraws, FollowTheClosedForm) {
  const Value& keys = row()["definition"];
  std::string name = keys.value("distribution", row()["name"] == "inferred_uniform" ? "uniform" : "");
  const bool quantised = name.starts_with("q_");
  if (quantised) name = name.substr(2);
  if (name.empty() || name == "int_uniform") return;  // the recorded probabilities are the closed form
  const Cdf cdf = law_of(name, keys);
  const auto sorted = numbers(values());
  if (!quantised) {
    EXPECT_LT(ks_distance(sorted, cdf), ks_limit(sorted.size()));
    if (keys.contains("max") && name.ends_with("uniform")) {
      EXPECT_GE(sorted.front(), name == "uniform" ? keys["min"].get<double>() : 0);
    }
    return;
  }
  const double q = keys.value("q", 1.0);
  std::map<double, int> found;
  std::map<double, double> expected;
  for (const double x : sorted) {
    const double k = std::nearbyint(x / q);
    ASSERT_DOUBLE_EQ(x, k * q) << "no multiple of q";
    ++found[k];
  }
  for (double k = found.begin()->first - 1; k <= found.rbegin()->first + 1; ++k) {
    expected[k] = cdf((k + 0.5) * q) - cdf((k - 0.5) * q);
  }
  EXPECT_LT(chi_square_score(found, expected, kDraws), kScoreLimit);
}

std::vector<std::size_t> rows() {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < recorded().size(); ++i) all.push_back(i);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Each, WandbDraws, testing::ValuesIn(rows()), [](const auto& instance) {
  return recorded()[instance.param]["name"].template get<std::string>();
});

TEST(WandbVectors, HoldEveryDistribution) {
  for (const std::string name :
       {"int_uniform", "uniform", "q_uniform", "log_uniform", "log_uniform_values", "q_log_uniform",
        "q_log_uniform_values", "inv_log_uniform", "inv_log_uniform_values", "normal", "q_normal", "log_normal",
        "q_log_normal", "beta", "q_beta", "constant", "categorical", "categorical_w_probabilities"}) {
    EXPECT_TRUE(std::any_of(recorded().begin(), recorded().end(), [&](const Value& row) {
      return row["name"] == name;
    })) << name;
  }
}

}  // namespace
}  // namespace winnow::wandb::wandb_conformance_test
