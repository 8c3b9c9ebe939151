/// The command line itself: help, usage, bad sweep files, what the program loads.
#include "support.hpp"

namespace winnow {
namespace {

using test::curve_sweep;
using test::Finished;
using test::lines_of;
using test::TempDir;
using test::write;

TEST(CommandLine, EveryCommandHasHelpWithAnExample) {
  for (const std::string command :
       {"run", "resume", "show", "best", "check", "sample", "asktell", "replay", "export", "train"}) {
    const Finished help = test::winnow({command, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("Example"), std::string::npos) << command;
  }
}

TEST(CommandLine, WrongUsageExitsTwo) {
  EXPECT_EQ(test::winnow({}).code, 2);
  EXPECT_EQ(test::winnow({"fly"}).code, 2);
  EXPECT_EQ(test::winnow({"run"}).code, 2);
  EXPECT_EQ(test::winnow({"run", "x.yaml", "--slots", "-3"}).code, 2);
  EXPECT_EQ(test::winnow({"show", "/nonexistent"}).code, 2);
  EXPECT_EQ(test::winnow({"run", "/nonexistent.yaml"}).code, 2);
}

TEST(CommandLine, WinnowDoesNotLoadLibTorch) {
  const Finished ldd = test::Process({"ldd", test::winnow_program()}).wait();
  ASSERT_EQ(ldd.code, 0) << ldd.err;
  EXPECT_NE(ldd.out.find("libcaf_core"), std::string::npos) << "this looks at the right program";
  EXPECT_EQ(ldd.out.find("torch"), std::string::npos) << ldd.out;
  EXPECT_EQ(ldd.out.find("libc10"), std::string::npos) << ldd.out;
}

TEST(CommandLine, SampleDrawsTheSameFromTheSameSeed) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(3)).string();
  const Finished a = test::winnow({"sample", file, "-n", "50", "--seed", "9"});
  const Finished b = test::winnow({"sample", file, "-n", "50", "--seed", "9"});
  EXPECT_EQ(a.out, b.out);
  EXPECT_EQ(lines_of(a.out).size(), 50U);
  EXPECT_NE(a.out, test::winnow({"sample", file, "-n", "50", "--seed", "10"}).out);
}

TEST(CommandLine, CheckPrintsSpaceTotalsAndRungs) {
  const TempDir temp;
  const Finished check = test::winnow({"check", write(temp / "s.yaml", curve_sweep(30)).string()});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_NE(check.out.find("rungs 1, 3"), std::string::npos) << check.out;
  EXPECT_NE(check.out.find("asymptote"), std::string::npos);
  EXPECT_NE(check.out.find("30"), std::string::npos);
}

/// The files of tests/data/malformed with the message that each must give (expected.tsv: file, tab, message).
TEST(MalformedSweepFiles, GiveOneMessageExitCodeTwoAndNoDirectory) {
  const std::filesystem::path folder = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/malformed";
  std::ifstream expected(folder / "expected.tsv");
  int files = 0;
  for (std::string line; std::getline(expected, line);) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos || line.starts_with('#')) continue;
    const std::string name = line.substr(0, tab);
    const TempDir temp;
    const auto file = temp / name;
    std::filesystem::copy_file(folder / name, file);
    for (const std::string command : {"run", "check"}) {
      std::vector<std::string> args = {command, file.string()};
      if (command == "run") args.insert(args.end(), {"--dir", (temp / "run").string()});
      const Finished end = test::winnow(args);
      EXPECT_EQ(end.code, 2) << name;
      EXPECT_NE(end.err.find(line.substr(tab + 1)), std::string::npos) << name << ": " << end.err;
      EXPECT_FALSE(std::filesystem::exists(temp / "run")) << name;
    }
    ++files;
  }
  EXPECT_GE(files, 40);
}

}  // namespace
}  // namespace winnow
