#include <winnow/trainers/allowance.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/trainers/command.hpp>

#include "../temp_dir.hpp"

namespace winnow::allowance_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A folder that is allowed, with programs in it, and one beside it that isn't.
struct Folders {
  Folders() {
    fs::create_directories(allowed / "below");
    fs::create_directories(other);
    for (const fs::path& file : {allowed / "train.py", allowed / "below" / "train.py", other / "train.py"}) {
      std::ofstream(file) << "#!/usr/bin/env python3\n";
      fs::permissions(file, fs::perms::owner_all);
    }
  }
  /// What is said of a sweep file with these lines; `` if it may run.
  [[nodiscard]] std::string refusal(const std::string& lines, const fs::path& base,
                                    std::vector<fs::path> programs = {}) const {
    const std::string text = "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\n" + lines;
    const Allowance allowance{.folders = {allowed}, .programs = std::move(programs)};
    const auto document = parse_document(text, "sweep.yaml").value();
    if (auto right = check_allowed(allowance, document, base); !right) return right.error().message;
    const auto parsed = parse_spec(document);
    if (!parsed) return "unfit: " + parsed.error().message;
    const auto right = check_allowed(allowance, parsed->spec, base);
    return right ? "" : right.error().message;
  }
  [[nodiscard]] std::string refusal(const std::string& lines) const { return refusal(lines, allowed); }

  test::TempDir dir;
  fs::path allowed = dir / "allowed";
  fs::path other = dir / "other";
};

TEST(Allowance, TakesAProgramOfTheFolder) {
  const Folders at;
  EXPECT_EQ(at.refusal("program: train.py"), "");
  EXPECT_EQ(at.refusal("program: below/train.py"), "");
  EXPECT_EQ(at.refusal("program: train.py\ncommand: ['${interpreter}', '${program}', '${args}']"), "");
  EXPECT_EQ(at.refusal("program: train.py\ncommand: ['${env}', '${program}', '${args}']"), "");
  EXPECT_EQ(at.refusal("command: [./train.py, '${args}']"), "");
  EXPECT_EQ(at.refusal("command: [env, ./train.py, '${args}']"), "");
  EXPECT_EQ(at.refusal("program: train.py", at.allowed / "below"), "");
}

TEST(Allowance, RefusesABaseElsewhere) {
  const Folders at;
  EXPECT_THAT(at.refusal("program: train.py", at.other), StartsWith("base: " + at.other.string()));
  EXPECT_THAT(at.refusal("program: train.py", at.allowed / ".." / "other"), StartsWith("base: "));
  fs::create_directory_symlink(at.other, at.allowed / "link");
  EXPECT_THAT(at.refusal("program: train.py", at.allowed / "link"), StartsWith("base: ")) << "a link out of it";
  fs::create_directory_symlink(at.allowed, at.dir / "in");
  EXPECT_EQ(at.refusal("program: train.py", at.dir / "in"), "") << "a link into it";
  fs::create_directory(at.dir / "allowed-too");
  EXPECT_THAT(at.refusal("trainer: {type: landscape, function: branin}", at.dir / "allowed-too"), StartsWith("base: "))
      << "a name that begins so is another";
}

TEST(Allowance, RefusesAProgramElsewhere) {
  const Folders at;
  EXPECT_THAT(at.refusal("program: ../other/train.py"), StartsWith("program: " + (at.other / "train.py").string()));
  EXPECT_THAT(at.refusal("program: " + (at.other / "train.py").string()), StartsWith("program: "));
  fs::create_symlink(at.other / "train.py", at.allowed / "link.py");
  EXPECT_THAT(at.refusal("program: link.py"), StartsWith("program: "));
  EXPECT_THAT(at.refusal("command: [./link.py]\nprocess: {directory: .}"), StartsWith("command: "));
  EXPECT_THAT(at.refusal("command: [true]"), HasSubstr("process: {directory: .} is beside the sweep file"));
  EXPECT_THAT(at.refusal("program: train.py\nprocess: {directory: ../other}"), StartsWith("process.directory: "));
  EXPECT_THAT(at.refusal("program: train.py\ncommand: [./train.py]\nprocess: {directory: ../other}"),
              StartsWith("process.directory: "));
}

TEST(Allowance, FindsACommandsProgramThroughPath) {
  const Folders at;
  const std::string refused = at.refusal("command: [sh, -c, 'exit 0']\nprocess: {directory: .}");
  EXPECT_THAT(refused, StartsWith("command: "));
  EXPECT_THAT(refused, HasSubstr("/sh isn't a program that is allowed here"));
  EXPECT_THAT(refused, HasSubstr("; allowed: what lies in " + at.allowed.string()));
  for (const char* shell : {"/bin/sh", "/usr/bin/sh"}) {
    EXPECT_EQ(at.refusal("command: [sh, -c, 'exit 0']\nprocess: {directory: .}", at.allowed, {shell}), "")
        << "one folder by two names";
    EXPECT_EQ(at.refusal("command: [/bin/sh, -c, 'exit 0']\nprocess: {directory: .}", at.allowed, {shell}), "");
    EXPECT_EQ(at.refusal("command: [env, sh, -c, 'exit 0']\nprocess: {directory: .}", at.allowed, {shell}), "");
    EXPECT_THAT(at.refusal("command: [cat, sweep.yaml]\nprocess: {directory: .}", at.allowed, {shell}),
                HasSubstr("the programs " + std::string(shell)));
  }
  EXPECT_THAT(at.refusal("command: [no-such-program]\nprocess: {directory: .}"), HasSubstr("in no folder of PATH"));
}

TEST(Allowance, CountsAnInterpreterAsAProgramUnlessItGetsOneThatIsAllowed) {
  const Folders at;
  EXPECT_THAT(at.refusal("command: ['${interpreter}', -c, pass]\nprocess: {directory: .}"), StartsWith("command: "));
  EXPECT_THAT(at.refusal("program: train.py\ncommand: ['${interpreter}', '${args}', '${program}']"),
              StartsWith("command: "));
  EXPECT_THAT(at.refusal("command: [python3, train.py]\nprocess: {directory: .}"),
              HasSubstr("`program: train.py` with"));
}

TEST(Allowance, RefusesWhatEnvIsToldBesides) {
  const Folders at;
  EXPECT_THAT(at.refusal("command: [env, -S, ./train.py]\nprocess: {directory: .}"),
              HasSubstr("/usr/bin/env isn't a program"));
  EXPECT_THAT(at.refusal("command: [env, LD_PRELOAD=x.so, ./train.py]\nprocess: {directory: .}"),
              HasSubstr("/usr/bin/env isn't a program"));
  EXPECT_THAT(at.refusal("command: [env, '${args_no_hyphens}', ./train.py]\nprocess: {directory: .}"),
              HasSubstr("/usr/bin/env isn't a program"));
  EXPECT_THAT(at.refusal("command: ['${envvar:HOME}/train.py']\nprocess: {directory: .}"),
              HasSubstr("isn't the name of a program"));
}

TEST(Allowance, RefusesVariablesThatSayWhereProgramsAre) {
  const Folders at;
  for (const char* name : {"PATH", "LD_PRELOAD", "PYTHONPATH", "BASH_ENV", "NODE_OPTIONS"}) {
    EXPECT_THAT(at.refusal("program: train.py\nprocess: {env: {" + std::string(name) + ": x}}"),
                StartsWith("process.env." + std::string(name)));
  }
  EXPECT_EQ(at.refusal("program: train.py\nprocess: {env: {OMP_NUM_THREADS: 1, TOKEN: secret}}"), "");
}

TEST(Allowance, TakesATrainerWhoseFilesLieInTheFolder) {
  const Folders at;
  EXPECT_EQ(at.refusal("trainer: {type: landscape, function: branin}"), "");
  EXPECT_EQ(at.refusal("trainer: {type: own, module: below/libown.so, data: rows.csv}"), "");
  EXPECT_THAT(at.refusal("trainer: {type: own, module: ../other/libown.so}"), StartsWith("trainer.module: "));
  EXPECT_THAT(at.refusal("trainer: {type: classifier, data: ../other/train.py}"), StartsWith("trainer.data: "));
  EXPECT_THAT(at.refusal("trainer: {type: own, files: [{path: /etc/passwd}]}"), StartsWith("trainer.files"));
  EXPECT_THAT(at.refusal("trainer: {type: ../own}"), StartsWith("trainer.type: "));
  fs::create_symlink(at.other / "train.py", at.allowed / "rows.csv");
  EXPECT_THAT(at.refusal("trainer: {type: classifier, data: rows.csv}"), StartsWith("trainer.data: "));
}

TEST(Allowance, RefusesASpaceElsewhereBeforeItIsRead) {
  const Folders at;
  const auto document = parse_document("space: {optuna: ../other/space.json}", "sweep.yaml").value();
  const auto right = check_allowed(Allowance{.folders = {at.allowed}}, document, at.allowed);
  ASSERT_FALSE(right);
  EXPECT_THAT(right.error().message, StartsWith("space.optuna: " + (at.other / "space.json").string()));
}

}  // namespace winnow::allowance_test
