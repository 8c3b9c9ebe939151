/// The command line itself: help, usage, bad sweep files, what the program loads.
#include <sys/stat.h>

#include "support.hpp"

namespace winnow::cli_test {
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

/// `winnow ARGS…` in a shell that runs `before` first and sends its output to `to`; as nobody, whom permissions bind.
Finished in_shell(const std::string& before, const std::vector<std::string>& args, const std::string& to = "&1") {
  std::vector<std::string> command = {"bash", "-c", before + "; \"$@\" >" + to, "bash", test::winnow_program()};
  command.insert(command.end(), args.begin(), args.end());
  return test::Process(command).wait();
}

TEST(CommandLine, OutputThatIsLostIsAFailureOfEveryCommand) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(5)).string();
  const auto dir = (temp / "run").string();
  ASSERT_EQ(test::winnow({"run", file, "--dir", dir}).code, 0);
  const std::vector<std::vector<std::string>> commands = {{"best", dir},
                                                          {"best", dir, "--json"},
                                                          {"show", dir},
                                                          {"show", dir, "--json"},
                                                          {"check", file},
                                                          {"sample", file},
                                                          {"replay", dir},
                                                          {"--version"},
                                                          {"resume", dir},
                                                          {"export", dir, "--csv"},
                                                          {"run", file, "--dir", dir + "2"},
                                                          {"run", "--help"},
                                                          {"convert", file, "--to", "optuna"}};
  for (const auto& args : commands) {
    const Finished lost = in_shell(":", args, "/dev/full");
    EXPECT_EQ(lost.code, 1) << args[0];
    EXPECT_NE(lost.err.find("winnow: standard output: cannot be written: No space left on device\n"), std::string::npos)
        << args[0] << ": " << lost.err;
  }
}

TEST(CommandLine, AFinishedSweepIsDoneWhoeverReadsItsSummary) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(300)).string();
  for (const std::string how : {"--json", "--quiet"}) {
    const auto dir = (temp / ("run" + how)).string();
    const Finished end = in_shell("set -o pipefail", {"run", file, "--dir", dir, how}, "&1 | true");
    EXPECT_EQ(end.code, 0) << how << end.err;
    EXPECT_EQ(end.err, "");
    EXPECT_EQ(test::winnow({"best", dir}).code, 0);
  }
}

TEST(CommandLine, ADirectoryThatCannotBeUsedIsBadInput) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(2)).string();
  std::filesystem::create_symlink("nowhere", temp / "dangling");
  std::filesystem::create_symlink("loop", temp / "loop");
  const std::vector<std::string> places = {"/dev/null/x",
                                           "/proc/x",
                                           (temp / "dangling/x").string(),
                                           (temp / "dangling").string(),
                                           (temp / "loop").string(),
                                           (temp / "loop/x").string(),
                                           (temp / std::string(300, 'n')).string(),
                                           ""};
  for (const std::string& place : places) {
    for (const std::string command : {"run", "asktell"}) {
      const Finished refused = test::winnow({command, file, "--dir", place});
      EXPECT_EQ(refused.code, 2) << place << ": " << refused.err;
      EXPECT_NE(refused.err.find(place.empty() ? "--dir: is empty" : place), std::string::npos) << refused.err;
      EXPECT_EQ(refused.err.find("filesystem error"), std::string::npos) << refused.err;
    }
  }
  const auto gone = (temp / "gone").string();
  const Finished nowhere = in_shell("mkdir " + gone + "; cd " + gone + "; rmdir " + gone, {"run", file});
  EXPECT_EQ(nowhere.code, 2) << nowhere.err;
  EXPECT_NE(nowhere.err.find(": cannot make a run directory: No such file or directory"), std::string::npos)
      << nowhere.err;
}

TEST(CommandLine, SaysWhyADirectoryOrFileCannotBeRead) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(2)).string();
  const Finished stop = test::winnow({"stop", file});
  EXPECT_EQ(stop.code, 2);
  EXPECT_NE(stop.err.find(file + ": is a file; name the directory of a run"), std::string::npos) << stop.err;
  EXPECT_NE(test::winnow({"show", file + "/x"}).err.find("there is no such directory"), std::string::npos);
  EXPECT_EQ(test::winnow({"show", ""}).code, 2);
  EXPECT_NE(test::winnow({"run", temp.path().string()}).err.find(": cannot be read: it is a directory"),
            std::string::npos);
  if (::getuid() != 0) GTEST_SKIP() << "needs to become nobody";
  const auto closed = (temp / "closed").string();
  std::filesystem::create_directories(closed + "/run");
  ::chmod(temp.path().c_str(), 0755);
  ::chmod(closed.c_str(), 0700);
  ::chmod(file.c_str(), 0600);
  const auto as_nobody = [](std::vector<std::string> args) {
    args.insert(args.begin(), {"setpriv", "--reuid=65534", "--clear-groups", test::winnow_program()});
    return test::Process(args).wait();
  };
  if (as_nobody({"--version"}).code != 0) GTEST_SKIP() << "nobody can't run the program where it stands";
  for (const auto& args : std::vector<std::vector<std::string>>{
           {"show", closed}, {"show", closed + "/run"}, {"check", file}, {"run", file, "--dir", closed + "/x"}}) {
    const Finished refused = as_nobody(args);
    EXPECT_EQ(refused.code, 2) << args[0];
    EXPECT_NE(refused.err.find("Permission denied"), std::string::npos) << refused.err;
  }
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
  const auto file = write(temp / "s.yaml", curve_sweep(50)).string();
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

TEST(CommandLine, CheckRefusesATrainableThatRunRefuses) {
  for (const std::string trainable :
       {"trainer: {type: landscape}", "trainer: {type: landscape, function: sphere, stepps: 3}",
        "trainer: {type: unheard_of}", "trainer: {type: any, module: absent.so}", "program: absent.py",
        "command: [python3, '${nosuch}']", "program: x\nprocess: {directory: absent}"}) {
    const TempDir temp;
    const auto file = write(temp / "s.yaml", "parameters: {x: {value: 1}}\nrun_cap: 1\n" + trainable + "\n").string();
    const Finished run = test::winnow({"run", file, "--dir", (temp / "run").string()});
    const Finished check = test::winnow({"check", file});
    EXPECT_EQ(run.code, 2) << trainable << ": " << run.out;
    EXPECT_EQ(check.code, 2) << trainable << ": " << check.out;
    EXPECT_EQ(check.err, run.err) << trainable;
    EXPECT_EQ(check.out, "") << trainable;
    EXPECT_FALSE(std::filesystem::exists(temp / "run")) << trainable;
  }
}

TEST(CommandLine, CheckWarnsOfACommandThatIsNowhere) {
  const TempDir temp;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[no-such-program, x]", "'no-such-program' is in no folder of PATH"},
      {"['${env}', no-such-program]", "'no-such-program' is in no folder of PATH"},
      {"[./train.sh]", "there is no file " + (std::filesystem::current_path() / "train.sh").string()},
      {"[/absent/train]", "there is no file /absent/train"}};
  for (const auto& [command, message] : cases) {
    const auto file = write(temp / "s.yaml", "parameters: {x: {value: 1}}\ncommand: " + command + "\n").string();
    const Finished check = test::winnow({"check", file});
    EXPECT_EQ(check.code, 0) << check.err;
    EXPECT_EQ(check.err, "winnow: warning: " + file + ": command: " + message + "\n");
    EXPECT_EQ(Value::parse(test::winnow({"check", file, "--json"}).out)["warnings"],
              Value({file + ": command: " + message}));
  }
  for (const std::string command : {"[sh, -c, 'exit 0']", "['${env}', A=1, anything]", "[/bin/sh]"}) {
    const auto file = write(temp / "s.yaml", "parameters: {x: {value: 1}}\ncommand: " + command + "\n").string();
    EXPECT_EQ(test::winnow({"check", file}).err, "") << command;
  }
}

TEST(CommandLine, CheckSaysHowManyPointsAGridHasHoweverMany) {
  const TempDir temp;
  std::string parameters = "parameters:\n";
  for (int i = 0; i < 30; ++i) parameters += "  p" + std::to_string(i) + ": {min: 1, max: 10}\n";
  const auto file = write(temp / "s.yaml", "method: grid\n" + parameters).string();
  EXPECT_NE(test::winnow({"check", file}).out.find("trials     1e+30, the points of the grid: no run_cap\n"),
            std::string::npos);
  const auto capped = write(temp / "c.yaml", "method: grid\nrun_cap: 5\n" + parameters).string();
  EXPECT_NE(test::winnow({"check", capped}).out.find("trials     5\n"), std::string::npos);
  std::string space;
  for (int i = 0; i < 30; ++i)
    space += "p" + std::to_string(i) + ": tune.grid_search([1, 2, 3, 4, 5, 6, 7, 8, 9, 0])\n";
  EXPECT_NE(test::winnow({"check", write(temp / "space.yaml", space).string()}).out.find("grid       1e+30 points\n"),
            std::string::npos);
}

TEST(CommandLine, AnEndlessFileIsRefused) {
  for (const std::string command : {"check", "run", "sample"}) {
    const Finished end = test::winnow({command, "/dev/zero"});
    EXPECT_EQ(end.code, 2);
    EXPECT_EQ(end.err, "winnow: /dev/zero: is larger than 16 MiB, the most that a sweep file may have\n");
  }
}

TEST(CommandLine, ASweepFileMayComeThroughAPipe) {
  const Finished check = test::winnow({"check", "/dev/stdin"}, "name: piped\nparameters: {x: {value: 1}}\n");
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_NE(check.out.find("name       piped\n"), std::string::npos);
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
}  // namespace winnow::cli_test
