/// What is said of a command before anything runs.
#include <winnow/trainers/program/advice.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/trainers/command.hpp>
#include <winnow/trainers/program/handover.hpp>
#include <winnow/trainers/program/place.hpp>

#include "../temp_dir.hpp"

namespace winnow::program::advice_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void write(const fs::path& file, const std::string& text = "") {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

CommandOptions options_of(std::vector<std::string> command, const fs::path& directory = "/") {
  CommandOptions options;
  options.command = std::move(command);
  options.directory = directory;
  options.space = *Space::make({{{"lr"}, Float{.a = 0, .b = 1}, {}, false}});
  return options;
}

std::string refusal(std::vector<std::string> command, const std::string& program = "") {
  CommandOptions options = options_of(std::move(command));
  options.program = program;
  return refusal_of(options).value_or("");
}

TEST(ACommandOfParametersAlone, NamesNoProgram) {
  EXPECT_EQ(refusal({"${args_no_boolean_flags}"}, "train.py"),
            "command: it is the whole command line, and this one names no program; write command: [\"${env}\", "
            "\"${interpreter}\", \"${program}\", \"${args_no_boolean_flags}\"]");
  EXPECT_THAT(refusal({"${env}", "${args}"}), HasSubstr("\"${interpreter}\", train.py, \"${args}\"]"));
  EXPECT_THAT(refusal({"${env}"}), HasSubstr("names no program"));
  EXPECT_EQ(refusal({}), "");
  EXPECT_EQ(refusal({"python", "${args}"}), "");
  EXPECT_EQ(refusal({"${env}", "${args_no_hyphens}", "python", "train.py"}), "") << "variables for the program";
}

std::string nothing(std::vector<std::string> words, const fs::path& directory = "/") {
  return missing_program(options_of(words, directory), words).value_or("");
}

TEST(AFirstWord, ThatStartsNothingIsToldWithWhatWasMeant) {
  const TempDir folder;
  write(folder / "train.py");
  EXPECT_EQ(nothing({"accelerate launch"}),
            "'accelerate launch' is in no folder of PATH; it holds blanks, and an item is one word: write [accelerate, "
            "launch]");
  EXPECT_THAT(nothing({"cd", "x"}),
              HasSubstr("a shell's own, and none is involved: write [bash, -c, '…'], or process.dir"));
  EXPECT_THAT(nothing({"SEED=1", "python"}), HasSubstr("put it under process.env, or ${env} before it"));
  EXPECT_THAT(nothing({"train.py"}, folder.path()), HasSubstr("write [\"${interpreter}\", train.py, …]"));
  EXPECT_THAT(nothing({"./train.py"}, folder.path()),
              HasSubstr("can't be executed; chmod +x it, or put its interpreter"));
  EXPECT_EQ(nothing({"/bin/sh"}), "");
  EXPECT_EQ(nothing({"python3", "trian.py"}, folder.path()), "there is no file " + (folder / "trian.py").string());
  EXPECT_EQ(nothing({"/usr/bin/env", "bash", "x/trian.sh"}, folder.path()),
            "there is no file " + (folder / "x/trian.sh").string());
  EXPECT_EQ(nothing({"python3", "train.py"}, folder.path()), "");
  EXPECT_EQ(nothing({"sh", "ls"}, folder.path()), "") << "a shell looks for it in PATH";
  EXPECT_EQ(nothing({"sh", "-c", "exit"}), "");
}

TEST(AParameter, SpelledAsAVariableIsTold) {
  for (const char* word : {"--rate=${lr}", "--rate=$lr", "$lr"}) {
    EXPECT_THAT(advice_on(options_of({"python", word, "${args}"})),
                ElementsAre(HasSubstr("by the parameter's value: parameters are given all at once, by ${args}")))
        << word;
  }
  EXPECT_THAT(advice_on(options_of({"bash", "-c", "train $lr ${args}"})),
              ElementsAre(HasSubstr("nothing replaces $lr")));
  EXPECT_THAT(advice_on(options_of({"bash", "-c", "train $lrs ${args}"})), IsEmpty());
}

TEST(AnArgument, WithTwoOptionsInItIsTold) {
  EXPECT_THAT(
      advice_on(options_of({"python", "--epochs=15 --mode=train", "${args}"})),
      ElementsAre(HasSubstr("'--epochs=15 --mode=train': is one argument, blanks and all: for several, make each an "
                            "item: [--epochs=15, --mode=train]")));
}

TEST(AnArgument, ThatOnlyAShellWouldReplaceIsTold) {
  EXPECT_THAT(advice_on(options_of({"python", "~/t.py", "${args}"})), ElementsAre(HasSubstr("write ${envvar:HOME}")));
  EXPECT_THAT(advice_on(options_of({"python", "--d=~/d", "${args}"})), ElementsAre(HasSubstr("write ${envvar:HOME}")));
  EXPECT_THAT(advice_on(options_of({"python", "--d=$DATA/x", "${args}"})),
              ElementsAre(HasSubstr("$DATA stays as it is, as no shell is involved: write ${envvar:DATA}")));
  EXPECT_THAT(advice_on(options_of({"python", "${args}", "&&", "x"})),
              ElementsAre(HasSubstr("'&&': is an argument like")));
  EXPECT_THAT(advice_on(options_of({"bash", "-c", "cd ~/x && python $DATA ${args}"})), IsEmpty());
  EXPECT_THAT(advice_on(options_of({"python", "${envvar:WNW_UNSET}", "${args}"})),
              ElementsAre(HasSubstr("WNW_UNSET isn't set here")));
}

TEST(ACommandWithoutParameters, IsToldUnlessTheProgramReadsThem) {
  const TempDir folder;
  write(folder / "train.py", "print(1)");
  write(folder / "pkg" / "train.py", "import wandb");
  const auto told = [&](std::vector<std::string> command) {
    return advice_on(options_of(std::move(command), folder.path()));
  };
  EXPECT_THAT(told({"python", "train.py"}), ElementsAre(HasSubstr("no word of it holds a parameter")));
  EXPECT_THAT(told({"python", "pkg/train.py"}), IsEmpty());
  EXPECT_THAT(told({"python", "-m", "pkg.train"}), IsEmpty());
  EXPECT_THAT(told({"bash", "-c", "echo $WINNOW_PARAMS"}), IsEmpty());
  EXPECT_THAT(told({"python", "train.py", "--config=${args_json_file}"}), IsEmpty());
  CommandOptions constant = options_of({"python", "train.py"}, folder.path());
  constant.space = *Space::make({{{"lr"}, Constant{1}, {}, false}});
  EXPECT_THAT(advice_on(constant), IsEmpty()) << "nothing varies";
}

TEST(ALauncher, ThatHandsItsWorkOverIsToldHowItWaits) {
  const auto told = [](std::vector<std::string> words) { return advice_on_handover(words); };
  EXPECT_EQ(told({"sbatch", "job.sh"}), "sbatch hands the work over and leaves at once; sbatch --wait waits");
  EXPECT_EQ(told({"bash", "-c", "cd x; /usr/bin/sbatch job.sh"}), told({"sbatch", "job.sh"}));
  EXPECT_EQ(told({"docker", "run", "-d", "image"}),
            "docker hands the work over and leaves at once; without -d it waits");
  EXPECT_EQ(told({"sbatch", "--wait", "job.sh"}), "");
  EXPECT_EQ(told({"docker", "run", "image"}), "");
  EXPECT_EQ(told({"python", "train.py"}), "");
}

class ACommandsPlace : public ::testing::Test {
protected:
  ACommandsPlace() { fs::create_directories(base); }
  [[nodiscard]] bool beside(const std::vector<std::string>& command, const std::string& program = "") const {
    const Place place = place_of(program, command, base, folder.path());
    EXPECT_TRUE(place.directory == base || place.directory == folder.path());
    return place.directory == base;
  }
  const TempDir folder;
  const fs::path base = folder / "sweeps";
};

TEST_F(ACommandsPlace, OfPythonsModuleIsWhereThatIs) {
  EXPECT_FALSE(beside({"python", "-m", "pkg.train", "${args}"})) << "nowhere: as W&B's agent";
  write(folder / "pkg" / "train.py");
  write(base / "a.yaml");
  EXPECT_FALSE(beside({"python", "-m", "pkg.train", "--config", "a.yaml"}));
  write(base / "pkg" / "train" / "__main__.py");
  EXPECT_TRUE(beside({"python", "-m", "pkg.train"}));
}

TEST_F(ACommandsPlace, IsBesideTheSweepFileWhereAWordIsAFileThere) {
  write(folder / "train.py");
  EXPECT_FALSE(beside({"uv", "run", "train.py", "${args}"}));
  EXPECT_FALSE(beside({}, "train.py"));
  EXPECT_FALSE(beside({"make", "train"}));
  EXPECT_FALSE(beside({"bash", "-c", "python3 train.py ${args}"}));
  write(base / "Makefile");
  EXPECT_TRUE(beside({"make", "train"}));
  write(base / "train.py");
  EXPECT_TRUE(beside({"uv", "run", "train.py", "${args}"}));
  EXPECT_TRUE(beside({}, "train.py"));
  EXPECT_TRUE(beside({"bash", "-c", "python3 train.py ${args}"}));
}

}  // namespace
}  // namespace winnow::program::advice_test
