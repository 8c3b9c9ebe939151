#include "support.hpp"

namespace winnow::testing::registry_test {
namespace {

TEST(SamplerRegistry, KnowsItsNames) {
  EXPECT_THAT(sampler_names(), ::testing::ElementsAre("grid", "random", "tpe"));
}

TEST(SamplerRegistry, AnUnknownMethodListsTheKnownOnesAndSuggestsTheNearest) {
  EXPECT_EQ(refusal("rnadom", {}),
            "method: 'rnadom' is not a registered sampler (registered: grid random tpe); did you mean random?");
}

TEST(SamplerRegistry, AMethodThatIsNotBuiltIsNoOtherOne) {
  EXPECT_EQ(refusal("bayes", {}), "method: 'bayes' is not a registered sampler (registered: grid random tpe)");
}

}  // namespace
}  // namespace winnow::testing::registry_test
