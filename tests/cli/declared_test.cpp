#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/cli/declared.hpp>

#include "program.hpp"

namespace winnow::cli::declared_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const DeclaredCommand& command(const DeclaredCommand& program, const std::string& path) {
  for (const DeclaredCommand* one : all_commands(program)) {
    if (one->path == path) return *one;
  }
  ADD_FAILURE() << path;
  return program;
}

const DeclaredOption& option(const DeclaredCommand& command, const std::string& name) {
  for (const DeclaredOption& one : command.options) {
    if (one.names.back() == name) return one;
  }
  ADD_FAILURE() << name;
  return command.options.front();
}

TEST(Declared, HasCommandsBelowCommandsAndNoHiddenOnes) {
  test::Declarations made;
  const DeclaredCommand program = declared(made.app, "prog");
  std::vector<std::string> paths;
  for (const DeclaredCommand* one : all_commands(program)) paths.push_back(one->path);
  EXPECT_THAT(paths,
              ElementsAre("prog", "prog token", "prog token create", "prog token revoke", "prog ls", "prog exec"));
  EXPECT_THAT(command(program, "prog token create").aliases, ElementsAre("new"));
  EXPECT_EQ(command(program, "prog token create").name(), "create");
}

TEST(Declared, HasTheOptionsOfGroupsAndNoHiddenOnes) {
  test::Declarations made;
  const DeclaredCommand program = declared(made.app, "prog");
  std::vector<std::string> names;
  for (const DeclaredOption& one : command(program, "prog ls").options) names.push_back(one.names.front());
  EXPECT_THAT(names, testing::UnorderedElementsAre("-h", "--reverse", "--config", "-n", "--tag", "--by"));
  EXPECT_THAT(option(command(program, "prog ls"), "--no-reverse").names, ElementsAre("--reverse", "--no-reverse"));
}

TEST(Declared, SaysWhatHelpSaysOfAnOption) {
  test::Declarations made;
  const DeclaredCommand program = declared(made.app, "prog");
  const DeclaredCommand& list = command(program, "prog ls");
  EXPECT_EQ(option(list, "-n").value.label, "INT");
  EXPECT_EQ(option(list, "-n").value.range, "INT in [1 - 9]");
  EXPECT_THAT(option(list, "-n").excludes, ElementsAre("--by"));
  EXPECT_THAT(option(list, "--no-reverse").needs, ElementsAre("--by"));
  EXPECT_EQ(option(list, "--no-reverse").value.label, "") << "a flag takes no value";
  EXPECT_TRUE(option(list, "--tag").repeated);
  EXPECT_FALSE(option(list, "--config").repeated);
  EXPECT_EQ(option(program, "--url").environment, "PROG_URL");
  EXPECT_TRUE(list.arguments[0].required);
  EXPECT_TRUE(list.arguments[1].repeated);
  EXPECT_TRUE(command(program, "prog exec").ends_at_argument);
}

TEST(Declared, ATypeNameSaysWhatIsOffered) {
  EXPECT_EQ(declared_value("TEXT:FILE").offer, Offer::files);
  EXPECT_EQ(declared_value("FILE").offer, Offer::files);
  EXPECT_EQ(declared_value("TEXT:PATH(non-existing)").offer, Offer::files);
  EXPECT_EQ(declared_value("TEXT:DIR").offer, Offer::directories);
  EXPECT_EQ(declared_value("DIR").offer, Offer::directories);
  EXPECT_EQ(declared_value("TEXT").offer, Offer::files) << "it may be one";
  EXPECT_EQ(declared_value("COMMAND").offer, Offer::commands);
  EXPECT_EQ(declared_value("UINT").offer, Offer::nothing);
  EXPECT_EQ(declared_value("PROFILE").offer, Offer::nothing);
  EXPECT_EQ(declared_value("TEXT:IPV4").offer, Offer::nothing);
}

TEST(Declared, ASetInBracesIsOfferedWordByWord) {
  EXPECT_THAT(declared_value("TEXT:{a,b c}").words, ElementsAre("a", "b c"));
  EXPECT_THAT(declared_value("{a,b}").words, ElementsAre("a", "b"));
  EXPECT_THAT(declared_value("DIALECT:{FILE,ray}").words, ElementsAre("FILE", "ray"));
  EXPECT_THAT(declared_value("INT:value in {name->1,size->2} OR {1,2}").words, testing::Contains("name"));
  EXPECT_THAT(declared_value("INT").words, IsEmpty());
}

}  // namespace
}  // namespace winnow::cli::declared_test
