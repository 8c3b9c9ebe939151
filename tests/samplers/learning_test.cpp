/// What every registered sampler that learns keeps, over made-up histories with failures, stops and values that are no
/// numbers. A new one is covered by its registry line, with each of its examples.
#include <cmath>
#include <deque>
#include <limits>
#include <random>
#include <winnow/space/draw.hpp>

#include "spaces.hpp"

namespace winnow::testing::learning_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

struct World {
  std::string name;
  Space space;
  std::size_t objectives = 1;
  std::size_t constraints = 0;
};

Space with_constraints(std::vector<Parameter> parameters, std::vector<LinearConstraint> constraints) {
  auto space = Space::make(std::move(parameters), std::move(constraints));
  EXPECT_TRUE(space) << space.error().message;
  return std::move(space.value());
}

std::vector<Parameter> mixed() {
  return {choice("optimizer", {"sgd", "adam", nullptr}),
          parameter("layers", Integer{.low = 1, .high = 4}),
          parameter("width", Integer{.low = 8, .high = 512, .log = true}),
          parameter("lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}),
          parameter("dropout", range(0, 0.5, {}, 0.25)),
          parameter("shift", Float{.law = Law::normal, .a = 0, .b = 2}),
          parameter("fixed", Constant{42})};
}

std::vector<World> worlds() {
  auto conditional = mixed();
  conditional.push_back(only_if(real("momentum", 0, 0.9), "optimizer", {"sgd"}));
  conditional.push_back(only_if(parameter("beta", range(0.8, 0.999)), "optimizer", {"adam"}));
  LinearConstraint sum{.type = LinearConstraint::Type::less_than, .threshold = 1, .terms = {{"a", 1}, {"b", 1}}};
  return {{"mixed", make_space(mixed())},
          {"conditional", make_space(conditional)},
          {"constrained", with_constraints({real("a"), real("b"), choice("c", {1, 2})}, {sum}), 1, 1},
          {"two_objectives", make_space(mixed()), 2, 1},
          {"one_parameter", make_space({real("x", -3, 3)})},
          {"few_points", make_space({choice("a", {1, 2}), parameter("b", Integer{.low = 0, .high = 2})})},
          {"only_constants", make_space({parameter("a", Constant{1})})}};
}

/// A history as a ledger has it: what a sampler observes, in order. Trials run side by side; their ends come in any
/// order, and between a suggestion and its record other things may happen.
class Course {
public:
  Course(const World& world, std::uint64_t seed, int in_flight, int lag)
      : world_(world), rng_(seed), in_flight_(in_flight), lag_(lag) {}

  /// One thing happens.
  void step(Sampler& sampler) {
    const bool room = static_cast<int>(running_.size() + unrecorded_.size()) < in_flight_;
    if (room && chance(0.6)) {
      auto params = sampler.propose(next_);
      if (params) {
        expect_within(world_.space, *params);
        unrecorded_.emplace_back(next_++, std::move(*params));
      }
    }
    if (static_cast<int>(unrecorded_.size()) > lag_ || (!unrecorded_.empty() && chance(0.5))) record(sampler);
    if (!running_.empty() && chance(0.6)) happen(sampler);
  }
  /// Everything that was suggested is recorded.
  void settle(Sampler& sampler) {
    while (!unrecorded_.empty()) record(sampler);
  }

  [[nodiscard]] const std::vector<Observation>& ledger() const { return ledger_; }
  [[nodiscard]] const std::vector<std::string>& suggested() const { return suggested_; }

private:
  bool chance(double p) { return std::uniform_real_distribution<double>()(rng_) < p; }
  void tell(Sampler& sampler, Observation what) {
    sampler.observe(what);
    ledger_.push_back(std::move(what));
  }
  void record(Sampler& sampler) {
    auto [trial, params] = std::move(unrecorded_.front());
    unrecorded_.pop_front();
    suggested_.push_back(params.to_json().dump());
    running_.push_back(trial);
    tell(sampler, TrialSuggested{trial, std::move(params)});
  }
  void happen(Sampler& sampler) {
    const auto at = running_.begin() + static_cast<std::ptrdiff_t>(rng_() % running_.size());
    const TrialId trial = *at;
    const double value = std::normal_distribution<double>()(rng_);
    tell(sampler, TrialReported{.trial = trial, .step = 1, .resource = 1, .rung = 0, .value = value});
    if (chance(0.3)) return;
    running_.erase(at);
    tell(sampler, ended(trial, value));
  }
  TrialEnded ended(TrialId trial, double value) {
    TrialEnded end{.trial = trial, .state = TrialState::completed};
    const double luck = std::uniform_real_distribution<double>()(rng_);
    if (luck < 0.1) end.state = TrialState::failed;
    if (luck > 0.85) end.state = TrialState::stopped;
    for (std::size_t i = 0; i < world_.objectives; ++i) end.values.push_back(value + static_cast<double>(i));
    if (end.state == TrialState::failed) std::fill(end.values.begin(), end.values.end(), kNaN);
    if (luck > 0.1 && luck < 0.2) end.values.front() = luck < 0.15 ? kNaN : luck < 0.17 ? kInf : -kInf;
    for (std::size_t i = 0; i < world_.constraints; ++i) end.violations.push_back(chance(0.1) ? kNaN : value);
    return end;
  }

  const World& world_;
  std::mt19937_64 rng_;
  int in_flight_;
  int lag_;
  TrialId next_ = 0;
  std::deque<std::pair<TrialId, Assignment>> unrecorded_;
  std::vector<TrialId> running_;
  std::vector<Observation> ledger_;
  std::vector<std::string> suggested_;
};

struct Subject {
  std::string method;
  Value options;
  std::string label;
};

std::vector<Subject> subjects() {
  std::vector<Subject> all;
  for (const std::string& method : sampler_names()) {
    std::size_t example = 0;
    for (const Value& options : sampler_examples(method)) {
      const auto made = make_sampler(method, for_method(method, {.options = options}));
      if (made && !(*made)->learns()) continue;
      all.push_back({method, options, method + "_" + std::to_string(example++)});
    }
  }
  return all;
}

#ifdef __SANITIZE_ADDRESS__
constexpr int kSteps = 40;  // where gp takes twenty times as long
#else
constexpr int kSteps = 60;
#endif

class LearningSampler : public ::testing::TestWithParam<Subject> {
protected:
  /// Null if the method doesn't take this space (and says why).
  static std::unique_ptr<Sampler> fresh(const World& world) {
    SamplerOptions options{.space = world.space, .seed = 9, .options = GetParam().options};
    options.goals.assign(world.objectives, Goal::minimize);
    auto made = make_sampler(GetParam().method, for_method(GetParam().method, options));
    if (made) return std::move(*made);
    EXPECT_EQ(made.error().code, errc::invalid_option);
    EXPECT_NE(made.error().message, "");
    return nullptr;
  }
};

TEST_P(LearningSampler, IsTheSameForTheSameHistory) {
  for (const World& world : worlds()) {
    SCOPED_TRACE(world.name);
    const auto one = fresh(world);
    const auto other = fresh(world);
    if (!one) continue;
    Course first(world, 1, 3, 0);
    Course second(world, 1, 3, 0);
    for (int i = 0; i < kSteps; ++i) {
      first.step(*one);
      second.step(*other);
    }
    EXPECT_EQ(first.suggested(), second.suggested());
  }
}

/// With suggestions that are recorded at once, and with such that are recorded when more has happened.
TEST_P(LearningSampler, RecoveredFromTheLedgerItGoesOnAsBefore) {
  for (const World& world : worlds()) {
    for (const int lag : {0, 3}) {
      SCOPED_TRACE(world.name + ", lag " + std::to_string(lag));
      const auto lived = fresh(world);
      if (!lived) continue;
      Course course(world, 2, 4, lag);
      for (int i = 0; i < kSteps; ++i) course.step(*lived);
      course.settle(*lived);
      const auto recovered = fresh(world);
      for (const Observation& what : course.ledger()) recovered->observe(what);
      Course again = course;
      for (int i = 0; i < kSteps / 3; ++i) {
        course.step(*lived);
        again.step(*recovered);
      }
      EXPECT_EQ(course.suggested(), again.suggested());
    }
  }
}

TEST_P(LearningSampler, ADrawChangesNothing) {
  for (const World& world : worlds()) {
    SCOPED_TRACE(world.name);
    const auto one = fresh(world);
    const auto other = fresh(world);
    if (!one) continue;
    Course first(world, 3, 2, 0);
    Course second(world, 3, 2, 0);
    for (int i = 0; i < kSteps / 2; ++i) {
      first.step(*one);
      second.step(*other);
      const Value drawn = other->draw(0, "late", Float{});
      EXPECT_EQ(other->draw(0, "late", Float{}), drawn);
    }
    EXPECT_EQ(first.suggested(), second.suggested());
  }
}

/// Define-by-run: nothing is known before a trial asks for it.
TEST_P(LearningSampler, DrawsWhatTurnsUpWhileTrialsRun) {
  const World world{"empty", make_space({})};
  const auto sampler = fresh(world);
  if (!sampler) return;
  const std::vector<std::pair<std::string, Domain>> wanted = {{"lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}},
                                                              {"layers", Integer{.low = 1, .high = 5}},
                                                              {"optimizer", Categorical{{"sgd", "adam"}, {}}}};
  for (TrialId trial = 0; trial < 40; ++trial) {
    const auto params = sampler->propose(trial);
    ASSERT_TRUE(params);
    EXPECT_TRUE(params->empty());
    sampler->observe(TrialSuggested{trial, *params});
    for (const auto& [name, domain] : wanted) {
      const Value value = sampler->draw(trial, name, domain);
      EXPECT_TRUE(contains(domain, value)) << name << " " << value;
      sampler->observe(ParameterDrawn{trial, name, domain, value});
    }
    sampler->observe(TrialEnded{trial, TrialState::completed, {static_cast<double>(trial % 7)}, {}});
  }
}

TEST_P(LearningSampler, TakesEarlierTrialsWithoutTheirAccount) {
  const World world = worlds().front();
  if (!fresh(world)) return;
  SamplerOptions options{.space = world.space, .seed = 9, .options = GetParam().options};
  const auto random = proposals(*make_or_fail("random", {.space = world.space, .seed = 77}), 30);
  for (const Assignment& params : random) {
    options.prior.push_back({.params = params, .values = {std::log(params.find("lr")->get<double>())}});
  }
  const auto sampler = make_or_fail(GetParam().method, options);
  EXPECT_TRUE(sampler->propose(0));
}

/// What a method can do in a second.
TrialId many(const std::string& method) {
  if (method == "gp" || method == "bayes") return 60;
  return method == "tpe" || method == "bohb" ? 1000 : 10'000;
}

TEST_P(LearningSampler, ManyTrialsATenthFailedAndATenthWithoutANumberAreNoError) {
  const World world = worlds().front();
  const auto sampler = fresh(world);
  if (!sampler) return;
  for (TrialId trial = 0; trial < many(GetParam().method); ++trial) {
    const auto params = sampler->propose(trial);
    ASSERT_TRUE(params);
    sampler->observe(TrialSuggested{trial, *params});
    const double loss = std::log(params->find("lr")->get<double>()) + static_cast<double>(trial % 7);
    const bool fails = trial % 10 == 3;
    sampler->observe(TrialEnded{.trial = trial,
                                .state = fails ? TrialState::failed : TrialState::completed,
                                .values = {fails || trial % 10 == 8 ? kNaN : loss}});
  }
}

INSTANTIATE_TEST_SUITE_P(Registered, LearningSampler, ::testing::ValuesIn(subjects()),
                         [](const auto& subject) { return subject.param.label; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LearningSampler);

}  // namespace
}  // namespace winnow::testing::learning_test
