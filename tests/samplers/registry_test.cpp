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

TEST(SamplerRegistry, AMethodThatIsNotBuiltIsNoOtherOne) {
  EXPECT_EQ(refusal("turbo", {}), "method: 'turbo' is not a registered sampler " + registered());
}

}  // namespace
}  // namespace winnow::testing::registry_test
