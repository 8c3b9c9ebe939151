/// Completions and manual pages of winnow itself: all that --help lists is in them.
#include <gmock/gmock.h>

#include "../shells.hpp"

namespace winnow::completions_test {
namespace {

using test::Finished;
using test::lines_of;
using test::TempDir;
using test::Words;
using testing::Contains;
using testing::HasSubstr;

std::filesystem::path script(const TempDir& temp, const std::string& shell) {
  const auto file = temp / shell;
  const Finished end = test::winnow({"completions", shell, "-o", file.string()});
  EXPECT_EQ(end.code, 0) << end.err;
  return file;
}

/// The first words of the lines below a heading of --help.
Words listed(const std::string& help, const std::string& heading) {
  Words words;
  bool inside = false;
  for (const std::string& line : lines_of(help)) {
    if (!line.starts_with("  ")) {
      inside = line == heading + ":";
    } else if (inside && line[2] != ' ') {
      words.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  return words;
}

Words listed(const Words& command, const std::string& heading) {
  Words args = command;
  args.emplace_back("--help");
  return listed(test::winnow(args).out, heading);
}

/// `-o,--output` and `--local,--no-local{false}`, by name.
Words options_in(const std::string& help) {
  Words names;
  for (const std::string& listed_as : listed(help, "Options")) {
    std::stringstream in(listed_as.substr(0, listed_as.find('{')));
    for (std::string name; std::getline(in, name, ',');) names.push_back(name);
  }
  return names;
}

Words options(Words command) {
  command.emplace_back("--help");
  return options_in(test::winnow(command).out);
}

Words commands() {
  const Words names = listed(Words(), "Subcommands");
  EXPECT_THAT(names, Contains("run"));
  return names;
}

/// Those below others, too: `token`, `token create`.
std::vector<Words> all_commands() {
  std::vector<Words> all;
  for (const std::string& command : commands()) {
    all.push_back({command});
    for (const std::string& below : listed(Words{command}, "Subcommands")) all.push_back({command, below});
  }
  EXPECT_THAT(all, Contains(Words{"token", "create"}));
  return all;
}

std::string joined(const Words& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) text += separator + word;
  return text;
}

TEST(Completions, BashOffersAllThatHelpLists) {
  const TempDir temp;
  const auto bash = script(temp, "bash");
  EXPECT_EQ(test::bash_offers(bash, {"winnow", ""}), test::sorted(commands()));
  for (const Words& command : all_commands()) {
    Words line = command;
    line.insert(line.begin(), "winnow");
    line.emplace_back("-");
    EXPECT_EQ(test::bash_offers(bash, line), test::sorted(options(command))) << joined(command, " ");
  }
  EXPECT_EQ(test::bash_offers(bash, {"winnow", "token", "create", "x", "--role", ""}),
            (Words{"admin", "read", "submit"}));
}

TEST(Completions, FishOffersAllThatHelpLists) {
  if (!test::has("fish")) GTEST_SKIP() << "there is no fish";
  const TempDir temp;
  const auto fish = script(temp, "fish");
  EXPECT_EQ(test::fish_offers(fish, temp.path(), "winnow "), test::sorted(commands()));
  for (const Words& command : all_commands()) {
    Words offered = test::fish_offers(fish, temp.path(), "winnow" + joined(command, " ") + " -");
    for (const std::string& option : options(command)) {
      EXPECT_THAT(offered, Contains(option)) << joined(command, " ");
    }
  }
}

TEST(Completions, ZshOffersAllThatHelpLists) {
  if (!test::has("zsh")) GTEST_SKIP() << "there is no zsh";
  const TempDir temp;
  const auto zsh = script(temp, "zsh");
  Words offered;
  test::zsh_line(zsh, temp.path(), "winnow \t", &offered);
  EXPECT_EQ(offered, test::sorted(commands()));
  for (const Words& command : all_commands()) {
    test::zsh_line(zsh, temp.path(), "winnow" + joined(command, " ") + " -\t", &offered);
    for (const std::string& option : options(command)) {
      EXPECT_THAT(offered, Contains(option)) << joined(command, " ");
    }
  }
}

TEST(Completions, OfferWhatAnOptionIsOneOf) {
  const TempDir temp;
  const auto bash = script(temp, "bash");
  const auto offers = [&](const Words& line) { return test::bash_offers(bash, line); };
  const Words dialects = {"hydra", "nni", "optuna", "ray", "sigopt", "wandb"};
  EXPECT_EQ(offers({"winnow", "convert", "sweep.yaml", "--to", ""}), dialects);
  EXPECT_EQ(offers({"winnow", "check", "--dialect", "=", ""}), dialects);
  EXPECT_EQ(offers({"winnow", "run", "--metric", "loss", ":", "minimize", "--method", "tp"}), Words{"tpe"});
  EXPECT_EQ(offers({"winnow", "run", "s.yaml", "--scheduler", "optuna_th"}), Words{"optuna_threshold"});
  EXPECT_EQ(offers({"winnow", "show", "--state", "p"}), Words{"paused"});
  EXPECT_EQ(offers({"winnow", "show", "--sort", ""}), (Words{"step", "trial", "value"}));
  EXPECT_EQ(offers({"winnow", "best", "--scope", "a"}), Words{"avg"});
  EXPECT_EQ(offers({"winnow", "importance", "--evaluator", "f"}), Words{"fanova"});
  EXPECT_EQ(offers({"winnow", "completions", ""}), (Words{"bash", "fish", "zsh"}));
  EXPECT_EQ(offers({"winnow", "run", "s.yaml", "--seed", ""}), Words{});
}

TEST(Completions, ARunIsAFolderAndASweepIsAFile) {
  const TempDir temp;
  std::filesystem::create_directories(temp / "work/runs one");
  test::write(temp / "work/runs.yaml", "");
  const auto line = [&](const std::string& keys) { return test::bash_line(script(temp, "bash"), temp / "work", keys); };
  EXPECT_EQ(line("winnow show ru\t"), "winnow show runs\\ one/");
  EXPECT_EQ(line("winnow run --dir=ru\t"), "winnow run --dir=runs\\ one/");
  EXPECT_EQ(line("winnow run runs.\t"), "winnow run runs.yaml ");
  EXPECT_EQ(line("winnow launch --nproc 2 uptim\t"), "winnow launch --nproc 2 uptime ");
}

TEST(Completions, AnotherShellIsRefused) {
  const Finished end = test::winnow({"completions", "tcsh"});
  EXPECT_EQ(end.code, 2);
  EXPECT_THAT(end.err, HasSubstr("{bash,zsh,fish}"));
}

/// What a page looks like, in one line. A groff of its own mind has hyphens and minuses beyond ASCII.
std::string rendered(const std::filesystem::path& page) {
  const Finished end =
      test::Process({"sh", "-c", "groff -man -P-c -P-b -P-u -Tutf8 \"$1\" | tr -s ' \\n' ' '", "sh", page.string()})
          .wait();
  EXPECT_EQ(end.err, "");
  std::string text = end.out;
  for (const std::string dash : {"\u2010", "\u2212"}) {
    for (auto at = text.find(dash); at != std::string::npos; at = text.find(dash)) text.replace(at, dash.size(), "-");
  }
  return text;
}

/// What a line of --help says behind a name, or below a long one. A default in brackets is a sentence of its own in a
/// page.
std::string described(const std::string& line) {
  const std::string about = line.substr(std::min(line.size(), line.find("   ")));
  const auto begin = std::min(about.size(), about.find_first_not_of(' '));
  const auto default_text = about.find(" [", begin);
  return about.substr(begin, default_text == std::string::npos ? default_text : default_text - begin);
}

TEST(ManualPages, EachCommandHasOneWithAllThatHelpSays) {
  if (!test::has("groff")) GTEST_SKIP() << "there is no groff";
  const TempDir temp;
  ASSERT_EQ(test::winnow({"manual", temp.path().string()}).code, 0);
  const std::string program = rendered(temp / "winnow.1");
  for (const std::string& command : commands()) EXPECT_THAT(program, HasSubstr("winnow-" + command + "(1)"));
  for (const Words& words : all_commands()) {
    const std::string command = joined(words, "-");
    const std::string page = rendered(temp / ("winnow" + command + ".1"));
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "SEE ALSO"}) {
      EXPECT_THAT(page, HasSubstr(section)) << command;
    }
    for (const std::string& option : options(words)) EXPECT_THAT(page, HasSubstr(option)) << command;
    bool example = false;
    Words help = words;
    help.emplace_back("--help");
    for (const std::string& line : lines_of(test::winnow(help).out)) {
      if (line.starts_with("Example")) example = true;
      if (line.starts_with("Exit codes")) example = false;
      if (!example && (line.starts_with("  -") || line.starts_with("      "))) {
        EXPECT_THAT(page, HasSubstr(described(line))) << command << ": " << line;
      }
      if (example && line.starts_with("  winnow")) {
        EXPECT_THAT(page, HasSubstr(line.substr(2, line.find("   ", 2) - 2))) << command;
      }
    }
  }
}

const std::string kDaemon = std::string(WINNOW_BINARY_DIR) + "/bin/winnowd";

TEST(ManualPages, TheDaemonHasOneToo) {
  if (!test::has("groff")) GTEST_SKIP() << "there is no groff";
  const TempDir temp;
  ASSERT_EQ(test::Process({kDaemon, "manual", temp.path().string()}).wait().code, 0);
  const std::string page = rendered(temp / "winnowd.1");
  for (const char* part : {"winnow(1)", "winnowd-check-config(1)", "/etc/winnow/winnowd.yaml", "EXAMPLES", "FILES"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  const Words options = options_in(test::Process({kDaemon, "--help"}).wait().out);
  EXPECT_THAT(options, Contains("--log-file"));
  for (const std::string& option : options) EXPECT_THAT(page, HasSubstr(option));
}

TEST(ManualPages, GroffAndMandocHaveNothingToSay) {
  const TempDir temp;
  ASSERT_EQ(test::Process({kDaemon, "manual", temp.path().string(), "--date", "2026-01-31"}).wait().code, 0);
  ASSERT_EQ(test::winnow({"manual", temp.path().string(), "--date", "2026-01-31"}).code, 0);
  const bool groff = test::has("groff"), mandoc = test::has("mandoc");
  if (!groff && !mandoc) GTEST_SKIP() << "there is neither groff nor mandoc";
  int pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(temp.path())) {
    const std::string page = entry.path().string();
    ++pages;
    if (groff) {
      const Finished end = test::Process({"groff", "-man", "-ww", "-z", "-Tutf8", page}).wait();
      EXPECT_EQ(end.err, "") << page;
    }
    if (mandoc) {
      const Finished end = test::Process({"mandoc", "-T", "lint", "-W", "warning", page}).wait();
      EXPECT_EQ(end.out + end.err, "") << page;
    }
  }
  EXPECT_EQ(static_cast<std::size_t>(pages), all_commands().size() + 3) << "winnow, winnowd, winnowd-check-config";
}

}  // namespace
}  // namespace winnow::completions_test
