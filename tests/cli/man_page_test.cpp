#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/cli/declared.hpp>
#include <winnow/cli/footer.hpp>
#include <winnow/cli/man_page.hpp>
#include <winnow/cli/roff.hpp>

#include "program.hpp"

namespace winnow::cli::man_page_test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page(const std::string& path) {
  test::Declarations made;
  const DeclaredCommand program = declared(made.app, "prog");
  for (const DeclaredCommand* command : all_commands(program)) {
    if (command->path == path) return man_page(program, *command, {"2026-01-31", "Prog 1"});
  }
  return "";
}

TEST(ManPage, HasASectionForEachThingThatIsDeclared) {
  const std::string text = page("prog token create");
  for (const char* part : {".TH PROG\\-TOKEN\\-CREATE 1 \"2026-01-31\"", "prog\\-token\\-create \\- make one\n",
                           ".SH SYNOPSIS\n.SY \"prog token create\"\n", "\\fB\\-\\-role\\fR\\ \\fITEXT\\fR\n",
                           "[\\fB\\-\\-output\\fR\\ \\fITEXT\\fR]\n", "One of read only, submit, it\\(aqs $all.\n",
                           "Default: read only.\nRequired.\n", ".SH EXAMPLES\n\\fBprog token create \\-\\-role",
                           ".SH EXIT STATUS\n.TP\n\\fB0\\fR\nmade.\n.TP\n\\fB1\\fR\nnot made.\n",
                           ".BR prog\\-token (1) ,\n.BR prog\\-token\\-revoke (1)\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(ManPage, SaysTheRangeAndWhatAnOptionDependsOn) {
  const std::string text = page("prog ls");
  EXPECT_THAT(text, HasSubstr("how many.\nTakes INT in [1 \\- 9].\nNot with \\-\\-by.\n"));
  EXPECT_THAT(text, HasSubstr("the other way.\nNeeds \\-\\-by.\n"));
  EXPECT_THAT(text, HasSubstr("[\\fIfiles\\fR\\ .\\|.\\|.]\n"));
  EXPECT_THAT(text, HasSubstr("\\&.file of 5% \\e.\nTakes FILE.\nDefault: none.\n")) << "no request, and no escape";
  EXPECT_THAT(text, Not(HasSubstr("hidden")));
  EXPECT_THAT(page("prog"), HasSubstr("Environment: PROG_URL.\n"));
}

TEST(ManPage, SaysWhetherACommandBelowIsNeeded) {
  EXPECT_THAT(page("prog token"), HasSubstr("\n\\fIcommand\\fR\n.RI [ argument"));
  EXPECT_THAT(page("prog"), HasSubstr("\n[\\fIcommand\\fR]\n.RI [ argument"));
}

TEST(ManPage, NamesTheProgramBesideIt) {
  test::Declarations made;
  const DeclaredCommand program = declared(made.app, "prog");
  const PageFrame frame{"2026-01-31", "Prog 1", "other"};
  EXPECT_THAT(man_page(program, program, frame), HasSubstr(".SH SEE ALSO\n.BR other (1) ,\n.BR prog\\-token (1)"));
  EXPECT_THAT(man_page(program, program.commands[0], frame), Not(HasSubstr("other (1)")));
}

TEST(ManPage, TheExitCodesOfTheProgramHoldWhereACommandSaysNothing) {
  EXPECT_THAT(page("prog ls"), HasSubstr("\\fB2\\fR\nbad input, of any kind.\n.TP\n\\fB130\\fR\nleft.\n"));
}

TEST(Footer, AnExplanationStandsBehindBlanksOrInALineOfItsOwn) {
  const auto examples = entries_in("Examples:\n  a b    what\n  c\n        where\nFiles:\n  f  x\n", "Examples");
  ASSERT_EQ(examples.size(), 2U);
  EXPECT_EQ(examples[0].what + "|" + examples[0].about, "a b|what");
  EXPECT_EQ(examples[1].what + "|" + examples[1].about, "c|where");
  EXPECT_EQ(entries_in("Example:\n  a\n  b", "Examples").size(), 2U);
}

TEST(Roff, TakesNoCharacterForARequest) {
  EXPECT_EQ(roff::text(".x \\n 'a' (--no-dir) one-two"), "\\&.x \\en \\(aqa\\(aq (\\-\\-no\\-dir) one-two");
  EXPECT_EQ(roff::text("a\nb"), "a b");
  EXPECT_EQ(roff::literal("a-b~^"), "a\\-b\\(ti\\(ha");
  EXPECT_EQ(roff::text("…"), "\\[u2026]");
  EXPECT_EQ(roff::quoted("\"a\""), "\"\\(dqa\\(dq\"");
}

}  // namespace
}  // namespace winnow::cli::man_page_test
