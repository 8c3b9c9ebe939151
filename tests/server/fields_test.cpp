#include <gtest/gtest.h>

#include <winnow/server/fields.hpp>

namespace winnow::server::fields_test {

TEST(Fields, AreFoundInAnyCase) {
  const Fields fields{{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(*fields.find("CONTENT-TYPE"), "a");
  EXPECT_EQ(fields.count("Content-type"), 2U);
  EXPECT_EQ(fields.find("Content-Typ"), nullptr);
}

TEST(Fields, SetReplacesAllOfThatName) {
  Fields fields{{"A", "1"}, {"a", "2"}, {"B", "3"}};
  fields.set("a", "4");
  EXPECT_EQ(fields.count("A"), 1U);
  EXPECT_EQ(*fields.find("A"), "4");
  EXPECT_EQ(*fields.find("B"), "3");
}

TEST(Parameters, AreFoundToTheLetter) {
  const Parameters parameters{{"id", "7"}};
  EXPECT_EQ(*find(parameters, "id"), "7");
  EXPECT_EQ(find(parameters, "ID"), nullptr);
}

}  // namespace winnow::server::fields_test
