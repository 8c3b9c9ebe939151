/// The split, the estimators and the acquisition that Optuna's TPESampler computes (tests/data/tpe): 5.0's, and 4.9's
/// by its defaults, which `compat: optuna4` sets.
#include <cmath>
#include <fstream>
#include <limits>
#include <winnow/samplers/tpe/model.hpp>

#include "support.hpp"

namespace winnow::testing::tpe_vectors_test {
namespace {

using namespace tpe;

Value cases() {
  Value all = Value::array();
  for (const char* name : {"vectors.json", "optuna4_vectors.json"}) {
    std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/tpe/" + name);
    EXPECT_TRUE(file) << name;
    const Value vectors = Value::parse(file);
    for (const Value& vector : vectors.at("cases")) all.push_back(vector);
  }
  return all;
}

Domain domain_of(const Value& p) {
  if (p.at("kind") == "categorical") return Categorical{p.at("choices").get<std::vector<Value>>(), {}};
  const bool log = p.value("log", false);
  if (p.at("kind") == "int")
    return Integer{.low = p.at("low"), .high = p.at("high"), .step = p.value("step", 1), .log = log};
  Float domain{.law = log ? Law::log_uniform : Law::uniform, .a = p.at("low"), .b = p.at("high")};
  if (p.contains("step")) domain.step = p.at("step").get<double>();
  return domain;
}

Space space_of(const Value& vector) {
  std::vector<Parameter> parameters;
  for (const Value& p : vector) {
    parameters.push_back(parameter(p.at("name"), domain_of(p)));
    if (p.contains("if")) parameters.back().conditions = {Condition{p.at("if").at(0), {p.at("if").at(1)}}};
  }
  return make_space(std::move(parameters));
}

std::vector<Goal> goals_of(const Value& vector) {
  std::vector<Goal> goals;
  for (const Value& goal : vector) goals.push_back(goal == "maximize" ? Goal::maximize : Goal::minimize);
  return goals;
}

Gamma gamma_of(const Value& name) {
  return name == "hyperopt" ? Gamma::hyperopt : name == "capped" ? Gamma::capped : Gamma::standard;
}

/// As the sampler says them, with its defaults.
ModelOptions options_of(const Value& given, const Space& space, const std::vector<Goal>& goals) {
  const Value o = make_or_fail("tpe", {.space = space, .goals = goals, .options = given})->options();
  const Together joint = o.at("group") == true ? Together::group : Together::joint;
  return {.together = o.at("multivariate") == true ? joint : Together::none,
          .constant_liar = o.at("constant_liar"),
          .gamma = gamma_of(o.at("gamma")),
          .rules = {.prior_weight = o.at("prior_weight"),
                    .magic_clip = o.at("consider_magic_clip"),
                    .endpoints = o.at("consider_endpoints"),
                    .by_age = o.at("weights") != "uniform"}};
}

std::vector<Observation> observations(TrialId number, const Value& trial) {
  TrialSuggested suggested{.trial = number};
  for (const auto& [name, value] : trial.at("params").items()) suggested.params.set(name, value);
  std::vector<Observation> all{suggested};
  if (trial.contains("last")) {
    const Value& last = trial.at("last");
    all.push_back(TrialReported{.trial = number, .step = last.at(0), .value = *number_from_json(last.at(1))});
  }
  const std::string state = trial.at("state");
  if (state == "running") return all;
  TrialEnded ended{.trial = number};
  ended.state = state == "completed" ? TrialState::completed
                : state == "stopped" ? TrialState::stopped
                                     : TrialState::failed;
  for (const Value& value : trial.value("values", Value::array())) ended.values.push_back(*number_from_json(value));
  ended.violations = trial.value("missed", std::vector<double>());
  all.push_back(ended);
  return all;
}

struct Played {
  Model model;
  Split split;
};

Played play(const Value& vector) {
  const auto goals = goals_of(vector.at("goals"));
  const Space space = space_of(vector.at("space"));
  const ModelOptions options = options_of(vector.at("options"), space, goals);
  Played played{Model(space, goals.size(), options), Split(options.gamma, goals.size())};
  History history(goals);
  TrialId number = 0;
  for (const Value& trial : vector.at("trials")) {
    for (const Observation& observation : observations(number, trial))
      played.model.update(history.observe(observation));
    played.split.set(number, standing_of(*history.find(number), goals.size()));
    ++number;
  }
  return played;
}

void expect_near(const std::vector<double>& ours, const std::vector<double>& theirs, const char* what) {
  ASSERT_EQ(ours.size(), theirs.size()) << what;
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-11) << what << " " << i;
}

void expect_axis(const Parzen& ours, std::size_t axis, const Value& theirs) {
  std::vector<double> mus = ours.means(axis);
  std::vector<double> sigmas;
  std::vector<std::vector<double>> categories;
  for (std::size_t kernel = 0; kernel <= ours.size(); ++kernel) {
    if (theirs.contains("categories")) {
      categories.push_back(ours.category_weights(axis, kernel));
    } else {
      sigmas.push_back(ours.sigma(axis, kernel));
    }
  }
  if (theirs.contains("categories")) {
    for (std::size_t kernel = 0; kernel <= ours.size(); ++kernel) {
      expect_near(categories[kernel], theirs.at("categories").at(kernel), "categories");
    }
    return;
  }
  mus.push_back(0.5);
  expect_near(mus, theirs.at("mus"), "mus");
  expect_near(sigmas, theirs.at("sigmas"), "sigmas");
}

void expect_side(Parzen& ours, const std::vector<std::size_t>& order, const Value& theirs) {
  ours.settle();
  expect_near(ours.weights(), theirs.at("weights"), "weights");
  for (std::size_t i = 0; i < order.size(); ++i) expect_axis(ours, order[i], theirs.at("parameters").at(i));
}

void expect_block(Model& model, const Value& theirs) {
  const auto names = theirs.at("names").get<std::vector<std::string>>();
  const auto set = model.together_with(*model.find(names.front()));
  ASSERT_EQ(set.size(), names.size());
  std::vector<std::size_t> order;  // of our axis, for each of theirs
  for (const std::string& name : names) {
    const auto it = std::find(set.begin(), set.end(), *model.find(name));
    ASSERT_NE(it, set.end()) << name;
    order.push_back(static_cast<std::size_t>(it - set.begin()));
  }
  Block& block = model.block_of(set.front());
  expect_side(block.below(), order, theirs.at("below"));
  expect_side(block.above(), order, theirs.at("above"));
  Columns points(set.size());
  for (const Value& point : theirs.at("points")) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      points[order[i]].push_back(block.axes()[order[i]].position(point.at(names[i])));
    }
  }
  const std::vector<double> acquisition = block.acquisition(points);
  for (std::size_t i = 0; i < acquisition.size(); ++i) {
    const double expected = *number_from_json(theirs.at("acquisition").at(i));
    EXPECT_NEAR(acquisition[i], expected, 1e-9 * std::max(1.0, std::abs(expected))) << "point " << i;
  }
}

TEST(TpeVectors, TheSameTrialsAreGood) {
  std::size_t number = 0;
  for (const Value& vector : cases()) {
    SCOPED_TRACE("case " + std::to_string(number++));
    EXPECT_EQ(play(vector).split.below(), vector.at("below").get<std::vector<TrialId>>());
  }
}

TEST(TpeVectors, TheEstimatorsAndTheAcquisitionAreTheSame) {
  std::size_t number = 0;
  for (const Value& vector : cases()) {
    Model model = play(vector).model;
    for (const Value& block : vector.at("blocks")) {
      SCOPED_TRACE("case " + std::to_string(number) + ", " + block.at("names").dump());
      expect_block(model, block);
    }
    ++number;
  }
}

TEST(TpeVectors, RunningTrialsAreOthersWithConstantLiarOnly) {
  for (const Value& vector : cases()) {
    Model model = play(vector).model;
    const auto above = vector.at("above").get<std::vector<TrialId>>();
    for (std::size_t parameter = 0; parameter < model.names().size(); ++parameter) {
      for (const TrialId trial : model.block_of(parameter).above().trials()) {
        EXPECT_TRUE(std::binary_search(above.begin(), above.end(), trial)) << trial;
      }
    }
  }
}

}  // namespace
}  // namespace winnow::testing::tpe_vectors_test
