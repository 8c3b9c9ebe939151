#include <gtest/gtest.h>

#include <winnow/core/assignment.hpp>

namespace winnow::assignment_test {
namespace {

TEST(Assignment, KeepsTheOrderInWhichNamesWereSet) {
  Assignment assignment;
  assignment.set("zeta", 1);
  assignment.set("alpha", "a");
  EXPECT_EQ(assignment.to_json().dump(), R"({"zeta":1,"alpha":"a"})");
}

TEST(Assignment, SettingANameAgainReplacesItsValueInPlace) {
  Assignment assignment({{"a", 1}, {"b", 2}});
  assignment.set("a", 3);
  EXPECT_EQ(assignment, Assignment({{"a", 3}, {"b", 2}}));
}

TEST(Assignment, FindsByFullNameOrNothing) {
  const Assignment assignment({{"optimizer.lr", 0.1}});
  ASSERT_NE(assignment.find("optimizer.lr"), nullptr);
  EXPECT_EQ(*assignment.find("optimizer.lr"), 0.1);
  EXPECT_EQ(assignment.find("optimizer"), nullptr);
  EXPECT_TRUE(Assignment().empty());
}

TEST(Assignment, SurvivesJsonWithListsNullAndNumberTypes) {
  const Assignment assignment({{"whole", 1}, {"real", 1.0}, {"list", Value::array({1, "x"})}, {"none", nullptr}});
  const auto read = Assignment::from_json(OrderedJson::parse(assignment.to_json().dump()));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, assignment);
  EXPECT_TRUE(read->find("whole")->is_number_integer());
  EXPECT_TRUE(read->find("real")->is_number_float());
}

TEST(Assignment, RefusesWhatIsNoObject) {
  const auto read = Assignment::from_json(OrderedJson::array({1, 2}));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::invalid_input);
}

}  // namespace
}  // namespace winnow::assignment_test
