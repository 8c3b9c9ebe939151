#include <gmock/gmock.h>

#include <winnow/schedulers/registry.hpp>

namespace winnow {
namespace {

using ::testing::HasSubstr;

TEST(SchedulerRegistry, KnowsItsNames) {
  EXPECT_THAT(scheduler_names(), ::testing::ElementsAre("asha", "fifo"));
}

TEST(SchedulerRegistry, AnUnknownTypeListsTheKnownOnesAndSuggestsTheNearest) {
  const auto made = make_scheduler("ahsa", Value::object(), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_option);
  EXPECT_EQ(made.error().message,
            "type: 'ahsa' is not a registered scheduler (registered: asha fifo); did you mean asha?");
}

TEST(SchedulerRegistry, AnUnknownTypeFarFromAllIsNotGuessedAt) {
  const auto made = make_scheduler("hyperband", Value::object(), {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, ::testing::Not(HasSubstr("did you mean")));
}

TEST(SchedulerRegistry, EveryOneRefusesAnUnknownKey) {
  for (const std::string& name : scheduler_names()) {
    const auto made = make_scheduler(name, {{"max_t", 9}, {"max_tt", 9}}, {});
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().message, "max_tt: " + name + " has no such option; did you mean max_t?");
  }
}

}  // namespace
}  // namespace winnow
