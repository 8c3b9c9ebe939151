#include <algorithm>

#include "support.hpp"

namespace winnow::testing::registry_test {
namespace {

/// `(registered: grid random …)`
std::string registered() {
  std::string text = "(registered:";
  for (const std::string& name : sampler_names()) text += " " + name;
  return text + ")";
}

TEST(SamplerRegistry, ListsItsNamesInOrder) {
  const auto names = sampler_names();
  EXPECT_THAT(names, ::testing::IsSupersetOf({"grid", "random"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(SamplerRegistry, AnUnknownMethodListsTheKnownOnesAndSuggestsTheNearest) {
  EXPECT_EQ(refusal("rnadom", {}),
            "method: 'rnadom' is not a registered sampler " + registered() + "; did you mean random?");
}

TEST(SamplerRegistry, ClassesOfOtherToolsAreKnownByName) {
  for (const auto& [theirs, ours] : {std::pair("TPESampler", "tpe"), std::pair("CmaEsSampler", "cmaes"),
                                     std::pair("GPSampler", "gp"), std::pair("RandomSampler", "random")}) {
    EXPECT_THAT(refusal(theirs, {}), ::testing::EndsWith("; did you mean " + std::string(ours) + "?"));
  }
}

TEST(SamplerRegistry, AMethodThatIsNotBuiltIsNoOtherOne) {
  EXPECT_EQ(refusal("turbo", {}), "method: 'turbo' is not a registered sampler " + registered());
}

}  // namespace
}  // namespace winnow::testing::registry_test
