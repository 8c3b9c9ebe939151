#include <winnow/samplers/random.hpp>
#include <winnow/samplers/repeat.hpp>

#include <cmath>
#include <limits>

#include "support.hpp"

namespace winnow::testing::repeat_test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Suggests its number, and keeps what it hears.
class Listener final : public Sampler {
public:
  explicit Listener(std::vector<Observation>& heard) : heard_(heard) {}
  std::optional<Assignment> propose(TrialId trial) override {
    if (trial >= 2) return std::nullopt;
    return Assignment({{"x", trial}});
  }
  Value draw(TrialId trial, std::string_view, const Domain&) override { return 100 + trial; }
  void observe(const Observation& observation) override { heard_.push_back(observation); }
  [[nodiscard]] bool learns() const override { return true; }

private:
  std::vector<Observation>& heard_;
};

struct Repeated {
  std::vector<Observation> heard{};
  Repeat sampler{3, std::make_unique<Listener>(heard)};

  void create(TrialId trial) { sampler.observe(TrialSuggested{trial, *sampler.propose(trial)}); }
  void end(TrialId trial, TrialState state, double value) { sampler.observe(TrialEnded{trial, state, {value}, {}}); }
};

TEST(Repeat, GivesEachPointSoOften) {
  Repeated repeated;
  for (TrialId trial = 0; trial < 6; ++trial) {
    EXPECT_EQ(*repeated.sampler.propose(trial)->find("x"), trial / 3);
  }
  EXPECT_FALSE(repeated.sampler.propose(6));
}

TEST(Repeat, TheInnerSamplerHearsOfOneTrialWithTheMean) {
  Repeated repeated;
  for (TrialId trial = 0; trial < 6; ++trial) repeated.create(trial);
  ASSERT_EQ(repeated.heard.size(), 2U) << "one suggestion for each point";
  repeated.end(4, TrialState::completed, 1);
  repeated.end(3, TrialState::failed, kNaN);
  EXPECT_EQ(repeated.heard.size(), 2U);
  repeated.end(5, TrialState::completed, 4);
  ASSERT_EQ(repeated.heard.size(), 3U);
  const auto& ended = std::get<TrialEnded>(repeated.heard.back());
  EXPECT_EQ(ended.trial, 1);
  EXPECT_EQ(ended.state, TrialState::completed);
  EXPECT_EQ(ended.values, std::vector<double>{2.5});
}

TEST(Repeat, AllFailedIsFailed) {
  Repeated repeated;
  for (TrialId trial = 0; trial < 3; ++trial) repeated.create(trial);
  for (TrialId trial = 0; trial < 3; ++trial) repeated.end(trial, TrialState::failed, kNaN);
  EXPECT_EQ(std::get<TrialEnded>(repeated.heard.back()).state, TrialState::failed);
}

TEST(Repeat, AFailedTrialThatRunsAgainCountsOnce) {
  Repeated repeated;
  for (TrialId trial = 0; trial < 3; ++trial) repeated.create(trial);
  repeated.end(0, TrialState::failed, kNaN);
  repeated.end(1, TrialState::completed, 1);
  repeated.sampler.observe(TrialResumed{0});
  repeated.end(2, TrialState::completed, 2);
  EXPECT_TRUE(std::holds_alternative<TrialSuggested>(repeated.heard.back()));
  repeated.end(0, TrialState::completed, 6);
  EXPECT_EQ(std::get<TrialEnded>(repeated.heard.back()).values, std::vector<double>{3});
}

TEST(Repeat, WhatOneOfThemDrewTheOthersGet) {
  Repeated repeated;
  for (TrialId trial = 0; trial < 3; ++trial) repeated.create(trial);
  const Domain domain = Integer{.low = 0, .high = 1000};
  EXPECT_EQ(repeated.sampler.draw(2, "late", domain), 100);
  repeated.sampler.observe(ParameterDrawn{1, "late", domain, 7});
  EXPECT_EQ(repeated.sampler.draw(2, "late", domain), 7);
  EXPECT_EQ(repeated.sampler.draw(2, "late", Integer{.low = 0, .high = 5}), 100) << "not a value of this domain";
  repeated.sampler.observe(ParameterDrawn{2, "late", domain, 7});
  EXPECT_EQ(std::get<ParameterDrawn>(repeated.heard.back()).trial, 0);
  EXPECT_EQ(std::count_if(repeated.heard.begin(), repeated.heard.end(),
                          [](const auto& what) { return std::holds_alternative<ParameterDrawn>(what); }),
            1);
}

TEST(Repeat, OfEveryMethodByOption) {
  const SamplerOptions options{.space = make_space({choice("a", {1, 2, 3}), real("x")}), .seed = 4};
  SamplerOptions thrice = options;
  thrice.repeat = 3;
  const auto once = proposals(*make_or_fail("random", options), 4);
  const auto all = proposals(*make_or_fail("random", thrice), 12);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], once[i / 3]);
  SamplerOptions grid{.space = make_space({choice("a", {1, 2, 3})}), .repeat = 4};
  EXPECT_EQ(sampler_total("grid", grid), 12);
  EXPECT_EQ(std::ssize(proposals(*make_or_fail("grid", grid), 100)), 12);
  grid.repeat = 0;
  EXPECT_EQ(refusal("grid", grid), "repeat: must be at least 1");
}

}  // namespace
}  // namespace winnow::testing::repeat_test
