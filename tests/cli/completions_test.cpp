/// The scripts of made-up declarations, in the shells themselves. tests/e2e/completions_test.cpp has winnow's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/cli/completions.hpp>
#include <winnow/cli/declared.hpp>

#include "../shells.hpp"
#include "program.hpp"

namespace winnow::cli::completions_test {
namespace {

using test::Words;
using testing::ElementsAre;
using testing::IsEmpty;

/// A folder with files, and with the script of one shell outside it.
struct Place {
  explicit Place(std::string (*script_of)(const DeclaredCommand&)) {
    test::Declarations made;
    test::write(script(), script_of(declared(made.app, "prog")));
    std::filesystem::create_directories(folder() / "a folder");
    test::write(folder() / "a file", "");
    test::write(folder() / "x:y=z", "");
  }
  [[nodiscard]] std::filesystem::path script() const { return temp / "script"; }
  [[nodiscard]] std::filesystem::path folder() const { return temp / "work"; }
  test::TempDir temp;
};

TEST(BashCompletion, OffersCommandsWhereOneMayStand) {
  const Place place(&bash_completion);
  const auto offers = [&](const Words& line) { return test::bash_offers(place.script(), line); };
  EXPECT_THAT(offers({"prog", ""}), ElementsAre("exec", "ls", "token"));
  EXPECT_THAT(offers({"prog", "to"}), ElementsAre("token"));
  EXPECT_THAT(offers({"prog", "token", ""}), ElementsAre("create", "revoke"));
  EXPECT_THAT(offers({"prog", "--url", "ls", ""}), ElementsAre("exec", "ls", "token")) << "a value is no command";
  EXPECT_THAT(offers({"prog", "--url", "http", ":", "//h", ":", "8", "token", "c"}), ElementsAre("create"));
  EXPECT_THAT(offers({"prog", "token", "token", ""}), IsEmpty()) << "there is no such command";
}

TEST(BashCompletion, OffersTheOptionsOfTheCommand) {
  const Place place(&bash_completion);
  const auto offers = [&](const Words& line) { return test::bash_offers(place.script(), line); };
  EXPECT_THAT(offers({"prog", "-"}), ElementsAre("--help", "--url", "--version", "-h"));
  EXPECT_THAT(offers({"prog", "token", "create", "--"}), ElementsAre("--help", "--output", "--role"));
  EXPECT_THAT(offers({"prog", "token", "new", "--o"}), ElementsAre("--output")) << "by another name";
  EXPECT_THAT(offers({"prog", "ls", "--no"}), ElementsAre("--no-reverse"));
  EXPECT_THAT(offers({"prog", "ls", "--", "-"}), IsEmpty());
  EXPECT_THAT(offers({"prog", "exec", "nice", "--l"}), IsEmpty()) << "they are the program's";
}

TEST(BashCompletion, OffersValuesInQuotesWhereTheyNeedThem) {
  const Place place(&bash_completion);
  const auto offers = [&](const Words& line) { return test::bash_offers(place.script(), line); };
  EXPECT_THAT(offers({"prog", "ls", "--by", ""}), ElementsAre("name", "size"));
  EXPECT_THAT(offers({"prog", "ls", "--by", "=", "n"}), ElementsAre("name"));
  EXPECT_THAT(offers({"prog", "ls", "--by", "="}), ElementsAre("name", "size"));
  EXPECT_THAT(offers({"prog", "token", "create", "--role", ""}),
              ElementsAre("it\\'s\\ \\$all", "read\\ only", "submit"));
  EXPECT_THAT(offers({"prog", "token", "create", "--role", "read\\ o"}), ElementsAre("read\\ only"));
  EXPECT_THAT(offers({"prog", "token", "create", "--role", "\"rea"}), ElementsAre("read only"));
  EXPECT_THAT(offers({"prog", "ls", "-n", ""}), IsEmpty()) << "a number";
  EXPECT_THAT(offers({"prog", "ls", "--tag", "a", "=", ""}), IsEmpty());
}

TEST(BashCompletion, LeavesFilesToReadline) {
  const Place place(&bash_completion);
  const auto line = [&](const std::string& keys) { return test::bash_line(place.script(), place.folder(), keys); };
  EXPECT_EQ(line("prog ls --config a\\ fi\t"), "prog ls --config a\\ file ");
  EXPECT_EQ(line("prog ls --config=a\\ fi\t"), "prog ls --config=a\\ file ");
  EXPECT_EQ(line("prog ls --config \"a fi\t"), "prog ls --config \"a file\" ");
  EXPECT_EQ(line("prog ls a\t"), "prog ls a\\ folder/") << "the argument is a directory";
  EXPECT_EQ(line("prog ls . x\t"), "prog ls . x\\:y\\=z ");
  EXPECT_EQ(line("prog exec uptim\t"), "prog exec uptime ");
  EXPECT_EQ(line("prog ls -n a\t"), "prog ls -n a") << "a number";
}

TEST(ZshCompletion, OffersWhatIsDeclared) {
  if (!test::has("zsh")) GTEST_SKIP() << "there is no zsh";
  const Place place(&zsh_completion);
  Words offers;
  const auto line = [&](const std::string& keys) {
    return test::zsh_line(place.script(), place.folder(), keys, &offers);
  };
  EXPECT_EQ(line("prog \t"), "prog ");
  EXPECT_THAT(offers, ElementsAre("exec", "ls", "token"));
  EXPECT_EQ(line("prog token cr\t"), "prog token create ");
  EXPECT_EQ(line("prog --url ls tok\t"), "prog --url ls token ");
  EXPECT_EQ(line("prog token new --o\t"), "prog token new --output=");
  EXPECT_EQ(line("prog token create --role re\t"), "prog token create --role read\\ only ");
  EXPECT_EQ(line("prog token create --role=it\t"), "prog token create --role=it\\'s\\ \\$all ");
  EXPECT_EQ(line("prog ls --by s\t"), "prog ls --by size ");
  EXPECT_EQ(line("prog ls -n 3 --b\t"), "prog ls -n 3 --b") << "one excludes the other";
  EXPECT_EQ(line("prog ls --config a\\ fi\t"), "prog ls --config a\\ file ");
  EXPECT_EQ(line("prog ls a\t"), "prog ls a\\ folder/");
  EXPECT_EQ(line("prog ls . x\t"), "prog ls . x:y=z ");
  EXPECT_EQ(line("prog exec uptim\t"), "prog exec uptime ");
  EXPECT_EQ(line("prog exec nice --l\t"), "prog exec nice --l");
}

TEST(FishCompletion, OffersWhatIsDeclared) {
  if (!test::has("fish")) GTEST_SKIP() << "there is no fish";
  const Place place(&fish_completion);
  const auto offers = [&](const std::string& line) { return test::fish_offers(place.script(), place.folder(), line); };
  EXPECT_THAT(offers("prog "), ElementsAre("exec", "ls", "token"));
  EXPECT_THAT(offers("prog token "), ElementsAre("create", "revoke"));
  EXPECT_THAT(offers("prog --url ls to"), ElementsAre("token"));
  EXPECT_THAT(offers("prog token new --o"), ElementsAre("--output"));
  EXPECT_THAT(offers("prog token create --role "), ElementsAre("it's $all", "read only", "submit"));
  EXPECT_THAT(offers("prog ls --by=s"), ElementsAre("--by=size"));
  EXPECT_THAT(offers("prog ls -n "), IsEmpty());
  EXPECT_THAT(offers("prog ls --config a"), ElementsAre("a file", "a folder/"));
  EXPECT_THAT(offers("prog ls a"), ElementsAre("a folder/"));
  EXPECT_THAT(offers("prog ls . x"), ElementsAre("x:y=z"));
  EXPECT_THAT(offers("prog exec uptim"), testing::Contains("uptime"));
  EXPECT_THAT(offers("prog exec nice --l"), IsEmpty());
  EXPECT_THAT(offers("prog exec prog ls --by s"), ElementsAre("size")) << "a command line of its own";
}

}  // namespace
}  // namespace winnow::cli::completions_test
