/// One program, driven as a slot drives it: how it starts, reports, is told and judged.
#include <cstdio>
#include <set>

#include <winnow/trainers/program/port_lease.hpp>

#include "a_command.hpp"

namespace winnow::test::command_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST_F(ACommand, ReportsOnDescriptorThreeAndReadsTheVerdict) {
  make(R"(echo '{"loss":0.5,"step":1}' >&3; read -r answer <&3; echo "told $answer"; echo '{"loss":0.25}' >&3)");
  Burst burst = reports();
  ASSERT_EQ(burst.size(), 1U);
  EXPECT_EQ(burst[0].step, 1);
  EXPECT_THAT(burst[0].metrics, ElementsAre(Pair("loss", 0.5)));
  trainable->answered(1, Verdict::go_on);
  burst = reports();
  ASSERT_EQ(burst.size(), 1U);
  EXPECT_EQ(burst[0].step, std::nullopt);
  trainable->answered(1, Verdict::go_on);
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  EXPECT_EQ(log(), "told {\"verdict\":\"continue\"}\n");
}

TEST_F(ACommand, KnowsItsTrial) {
  context.attempt = 2;
  options.metric = "loss";
  options.wandb = true;
  options.wandb_project = "digits";
  options.environment = {{"MINE", "yes"}};
  make("env | sort; cat $WANDB_SWEEP_PARAM_PATH");
  (void)trainable->advance();
  const std::string text = text_of(context.home / "attempt-2.log");
  const std::string home = context.home.string();
  for (const std::string& line :
       {std::string("WINNOW_TRIAL=3"), std::string("WINNOW_ATTEMPT=2"), std::string("WINNOW_SEED=77"),
        std::string(R"(WINNOW_PARAMS={"lr":0.5})"), "WINNOW_TRIAL_DIR=" + home,
        "WINNOW_CHECKPOINT_DIR=" + home + "/checkpoint", std::string("WINNOW_METRIC=loss"),
        std::string("WINNOW_REPORT_FD=3"), std::string("WANDB_SWEEP_ID=mine"), std::string("WANDB_RUN_ID=mine-3"),
        "WANDB_DIR=" + home, std::string("WANDB_PROJECT=digits"), std::string("MINE=yes"),
        std::string("PYTHONUNBUFFERED=1"), std::string(R"({"wandb_version":1,"lr":{"value":0.5}})")}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("WINNOW_RESUME_STEP")));
  EXPECT_TRUE(fs::is_directory(context.home / "checkpoint"));
}

TEST_F(ACommand, ItsLibrariesGetThreadsUnlessSomebodySaysHowMany) {
  const char* show = "for n in OMP OPENBLAS MKL BLIS NUMEXPR; do printenv ${n}_NUM_THREADS || echo none; done";
  ::unsetenv("OMP_NUM_THREADS");
  make(show);
  (void)trainable->advance();
  EXPECT_EQ(log(), "none\nnone\nnone\nnone\nnone\n") << "it runs alone";
  options.threads = 3;
  context.attempt = 2;
  make(show);
  (void)trainable->advance();
  EXPECT_EQ(text_of(context.home / "attempt-2.log"), "3\n3\n3\n3\n3\n");
  options.environment = {{"OMP_NUM_THREADS", "4"}};
  context.attempt = 3;
  make(show);
  (void)trainable->advance();
  EXPECT_EQ(text_of(context.home / "attempt-3.log"), "4\nnone\nnone\nnone\nnone\n") << "the others follow it";
}

TEST_F(ACommand, StartsInItsFolderWithNoInputAndItsOwnGroup) {
  make("pwd; cat; ps -o pgid= -p $$ | tr -d ' '; echo $$; ls /proc/self/fd | wc -l");
  (void)trainable->advance();
  std::istringstream lines(log());
  std::string folder, group, number, open;
  lines >> folder >> group >> number >> open;
  EXPECT_EQ(folder, fs::canonical(folder_.path()));
  EXPECT_EQ(group, number);
  EXPECT_EQ(open, "5") << "0 to 3, and the folder that ls reads";
}

TEST_F(ACommand, SpeaksOverTheSocketTooWithSeveralConnections) {
  make(R"(exec python3 - <<'END'
import json, os, socket
def connect():
    s = socket.socket(socket.AF_UNIX); s.connect(os.environ["WINNOW_REPORT_SOCKET"]); return s, s.makefile("r")
(a, from_a), (b, from_b) = connect(), connect()
for step in (1, 2):
    a.sendall(b'{"loss":%d}\n' % step); print("a", from_a.readline().strip())
    b.sendall(b'{"acc":%d}\n' % step); print("b", from_b.readline().strip())
END
)");
  EXPECT_EQ(all_reports().size(), 4U);
  EXPECT_EQ(log(),
            "a {\"verdict\":\"continue\"}\nb {\"verdict\":\"continue\"}\n"
            "a {\"verdict\":\"continue\"}\nb {\"verdict\":\"continue\"}\n");
}

/// As torchrun and mpirun start them: each rank has a number in its environment.
TEST_F(ACommand, OfSeveralRanksOnlyTheFirstOnesReportsCount) {
  const std::string report =
      "python3 -c \"import os, socket\nc = socket.socket(socket.AF_UNIX)\n"
      "c.connect(os.environ['WINNOW_REPORT_SOCKET'])\nc.sendall(b'{\\\"loss\\\":%s,\\\"step\\\":%s}\\n')\n"
      "print('%s', c.recv(100).decode().strip())\"";
  const auto say = [&](const std::string& rank, const std::string& step) {
    std::string text = report;
    for (const std::string& value : {rank, step, "rank " + rank + " step " + step})
      text.replace(text.find("%s"), 2, value);
    return text;
  };
  make("RANK=1 " + say("1", "1") + "; OMPI_COMM_WORLD_RANK=2 " + say("2", "1") + "; RANK=0 " + say("0", "1") +
       "; RANK=1 " + say("1", "2"));
  const Burst first = reports();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(first[0].metrics, ElementsAre(Pair("loss", 0)));
  trainable->answered(1, Verdict::stop);
  end();
  EXPECT_EQ(log(),
            "rank 1 step 1 {\"verdict\":\"continue\"}\nrank 2 step 1 {\"verdict\":\"continue\"}\n"
            "rank 0 step 1 {\"verdict\":\"stop\"}\n"
            "rank 1 step 2 {\"error\":\"not recorded: the trial is over\",\"end\":\"stop\"}\n");
}

TEST_F(ACommand, HasAPortForItsRanks) {
  ::unsetenv("MASTER_PORT");
  make("echo $WINNOW_MASTER_PORT $MASTER_PORT");
  (void)trainable->advance();
  int port = 0;
  int same = 0;
  ASSERT_EQ(std::sscanf(log().c_str(), "%d %d", &port, &same), 2) << log();
  EXPECT_GT(port, 1023);
  EXPECT_EQ(same, port);
  options.environment = {{"MASTER_PORT", "29500"}};
  context.attempt = 2;
  make("echo $MASTER_PORT");
  (void)trainable->advance();
  EXPECT_EQ(text_of(context.home / "attempt-2.log"), "29500\n") << "somebody has decided";
}

TEST(APortLease, IsOfOneTrialAtATime) {
  std::vector<program::PortLease> leases;
  std::set<int> ports;
  for (int i = 0; i < 200; ++i) {
    leases.push_back(program::PortLease::take().value());
    ports.insert(leases.back().port());
  }
  EXPECT_EQ(ports.size(), 200U);
}

TEST_F(ACommand, HandsManyReportsOverAtOnceAndAnswersEach) {
  make(R"(exec python3 - <<'END'
import os
reports = b"".join(b'{"loss":%d,"step":%d}\n' % (i, i) for i in range(5000))
while reports: reports = reports[os.write(3, reports):]
answers = os.fdopen(3)
print(sum(1 for i in range(5000) if "continue" in answers.readline()))
END
)");
  std::size_t count = 0;
  std::size_t slices = 0;
  for (Burst burst = reports(); !burst.empty(); burst = reports(), ++slices) {
    EXPECT_LE(burst.size(), 1000U);
    for (const StepReport& report : burst) EXPECT_EQ(report.step, static_cast<Step>(count++));
    trainable->answered(burst.size(), Verdict::go_on);
  }
  EXPECT_EQ(count, 5000U);
  EXPECT_LT(slices, 2500U);
  EXPECT_EQ(log(), "5000\n");
}

TEST_F(ACommand, ThatListensLeavesByItselfWhenToldToStop) {
  make(R"(trap 'echo terminated' TERM
echo '{"loss":1}' >&3; read -r a <&3; echo '{"loss":1}' >&3; read -r a <&3; sleep 0.3; echo "left after $a")");
  (void)reports();
  trainable->answered(1, Verdict::go_on);
  (void)reports();
  trainable->answered(1, Verdict::stop);
  EXPECT_LT(end(), 4s);
  EXPECT_EQ(log(), "left after {\"verdict\":\"stop\"}\n");
}

TEST_F(ACommand, ThatNeverReadsIsTerminatedAtOnceAndSoonWhenThatIsUnknown) {
  const std::string script = R"(trap 'echo terminated; exit 0' TERM
echo '{"loss":1}' >&3; echo '{"loss":1}' >&3; while true; do sleep 0.05; done)";
  options.grace = 60;
  make(script);
  for (std::size_t taken = 0; taken < 2;) {
    const Burst burst = reports();
    taken += burst.size();
    trainable->answered(burst.size(), taken < 2 ? Verdict::go_on : Verdict::stop);
  }
  EXPECT_LT(end(), 5s);
  EXPECT_THAT(log(), HasSubstr("terminated\n"));
}

TEST_F(ACommand, ThatIgnoresEverythingIsKilledAfterTheGraceTime) {
  options.grace = 0.5;
  make(R"(trap '' TERM; echo '{"loss":1}' >&3; while true; do sleep 1; done)");
  (void)reports();
  trainable->answered(1, Verdict::stop);
  const auto took = end();
  EXPECT_GE(took, 500ms);
  EXPECT_LT(took, 5s);
}

TEST_F(ACommand, IsCancelledInMidSlice) {
  options.grace = 0.5;
  make("trap '' TERM; sleep 1000 & wait; wait; sleep 1000");
  std::thread other([&] {
    std::this_thread::sleep_for(200ms);
    trainable->cancel();
  });
  const auto progress = trainable->advance();
  other.join();
  ASSERT_FALSE(progress.has_value());
  EXPECT_EQ(progress.error().code, errc::cancelled);
}

TEST_F(ACommand, SavesByItselfWhenItIsPaused) {
  make(R"(echo '{"loss":1,"step":4}' >&3; read -r a <&3; echo "$a" > $WINNOW_CHECKPOINT_DIR/state)");
  (void)reports();
  trainable->answered(1, Verdict::pause);
  EXPECT_FALSE(trainable->can_save());
  EXPECT_TRUE(trainable->can_pause());
  ASSERT_TRUE(trainable->save(folder_ / "note").has_value());
  trainable.reset();
  context.attempt = 2;
  context.from_step = 4;
  make("echo from $WINNOW_RESUME_STEP; cat $WINNOW_CHECKPOINT_DIR/state");
  ASSERT_TRUE(trainable->restore(folder_ / "note").has_value());
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  EXPECT_EQ(text_of(context.home / "attempt-2.log"), "from 4\n{\"verdict\":\"pause\"}\n");
}

TEST_F(ACommand, ThatSavedNothingPausesWithoutACheckpoint) {
  make(R"(echo '{"loss":1,"step":4}' >&3; read -r a <&3; exit 0)");
  (void)reports();
  trainable->answered(1, Verdict::pause);
  const auto saved = trainable->save(folder_ / "note");
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().code, errc::unsupported);
}

TEST_F(ACommand, ThatFailedToSavePausesWithoutACheckpoint) {
  make(R"(echo '{"loss":1,"step":4}' >&3; read -r a <&3; echo half > $WINNOW_CHECKPOINT_DIR/state; exit 3)");
  (void)reports();
  trainable->answered(1, Verdict::pause);
  EXPECT_EQ(trainable->save(folder_ / "note").error().code, errc::unsupported);
}

TEST_F(ACommand, IsReadFromWhatItPrints) {
  options.stdout_patterns = {{"loss", R"(loss=(\S+))"}, {"step", R"(epoch (\d+))"}};
  make(R"(printf 'epoch 1\nloss=0.5\nepoch 2 10%%\repoch 2 loss=0.25\n'; echo end >&2)");
  const Burst all = all_reports();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].step, 1);
  EXPECT_EQ(all[1].step, 2);
  EXPECT_THAT(all[1].metrics, ElementsAre(Pair("loss", 0.25)));
  EXPECT_EQ(log(), "epoch 1\nloss=0.5\nepoch 2 10%\repoch 2 loss=0.25\nend\n");
}

TEST_F(ACommand, ThatOnlyPrintsIsTerminatedAtOnce) {
  options.grace = 60;
  options.stdout_patterns = {{"loss", R"(loss=(\S+))"}};
  make("trap 'echo terminated; exit' TERM; echo loss=1; while true; do sleep 0.05; done");
  (void)reports();
  trainable->answered(1, Verdict::stop);
  EXPECT_LT(end(), 900ms);
  EXPECT_THAT(log(), HasSubstr("terminated"));
}

TEST_F(ACommand, AsksForAValue) {
  options.distribution = [](const Value& json) -> Result<Domain> {
    if (!json.is_array()) return fail(errc::invalid_input, "no list");
    return Categorical{json.get<std::vector<Value>>(), {}};
  };
  context.suggest = [](std::string_view name, const Domain& domain) -> Result<Value> {
    return Value(std::string(name) + "=" + std::get<Categorical>(domain).values.front().get<std::string>());
  };
  make(R"(ask() { echo "$1" >&3; read -r a <&3; echo "$a"; }
echo '{"loss":1}' >&3
ask '{"op":"suggest","name":"opt","distribution":["adam","sgd"]}'
read -r a <&3; echo "$a"
ask '{"op":"suggest","name":"opt","distribution":3}')");
  EXPECT_EQ(all_reports().size(), 1U);
  EXPECT_EQ(log(), "{\"verdict\":\"continue\"}\n{\"value\":\"opt=adam\"}\n{\"error\":\"no list\"}\n")
      << "answers come in the order of the lines";
}

TEST_F(ACommand, HearsWhatWasWrongWithALineAndGoesOn) {
  make(R"(echo 'garbage' >&3; read -r a <&3; echo "$a"; echo '{"loss":1}' >&3; read -r a <&3; echo "$a")");
  EXPECT_EQ(all_reports().size(), 1U);
  EXPECT_THAT(log(), HasSubstr("{\"error\":\"no JSON object"));
  EXPECT_THAT(log(), HasSubstr("winnow: a line on the report channel is not understood: no JSON object"));
  EXPECT_THAT(log(), HasSubstr("{\"verdict\":\"continue\"}"));
}

struct Ending {
  const char* script;
  errc code;
  const char* message;
};

class AnEnding : public ACommand, public ::testing::WithParamInterface<Ending> {};

TEST_P(AnEnding, IsJudged) {
  options.metric = "loss";
  make(GetParam().script);
  auto progress = trainable->advance();
  while (progress && !std::holds_alternative<Finished>(*progress)) {
    trainable->answered(std::get<Burst>(*progress).size(), Verdict::go_on);
    progress = trainable->advance();
  }
  ASSERT_FALSE(progress.has_value());
  EXPECT_EQ(progress.error().code, GetParam().code);
  EXPECT_THAT(progress.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    , AnEnding,
    ::testing::Values(Ending{"echo one; printf 'two\\n\\nthree'; exit 7", errc::trial_failed,
                             "exited with 7; its last lines: one | two | three"},
                      Ending{"exit 1", errc::trial_failed, "exited with 1; it printed nothing"},
                      Ending{"ulimit -c 0; kill -SEGV $$", errc::trial_failed, "crashed with SIGSEGV"},
                      Ending{"ulimit -c 0; kill -ABRT $$", errc::trial_failed, "crashed with SIGABRT"},
                      Ending{"kill -KILL $$", errc::trial_lost, "was ended from outside by SIGKILL"},
                      Ending{"kill -TERM $$", errc::trial_lost, "was ended from outside by SIGTERM"},
                      Ending{"exit 0", errc::trial_failed,
                             "exited with 0 without reporting 'loss' (reported: nothing)"},
                      Ending{"echo '{\"loss\":\"low\",\"acc\":1}' >&3", errc::trial_failed,
                             "(reported: acc; it was \"low\", which is no number)"},
                      Ending{"echo '{\"acc\":1,\"f1\":1}' >&3", errc::trial_failed,
                             "exited with 0 without reporting 'loss' (reported: acc, f1)"},
                      Ending{"kill -KILL $PPID; sleep 100", errc::trial_lost, "its warden process is gone"}));

TEST_F(ACommand, ThatCannotBeStartedSaysWhichWordIsWrong) {
  const auto why = [&](std::vector<std::string> command) {
    options.command = std::move(command);
    factory = *command_trainer(options, spawner());
    trainable = *factory->make(context);
    const auto progress = trainable->advance();
    EXPECT_FALSE(progress.has_value());
    return progress ? std::string() : progress.error().message;
  };
  std::ofstream(folder_ / "plain") << "no program\n";
  EXPECT_EQ(why({"no-such-program-anywhere"}), "'no-such-program-anywhere' is in no folder of PATH");
  EXPECT_THAT(why({"./missing"}), HasSubstr("can't start './missing': No such file or directory"));
  EXPECT_THAT(why({"./plain"}), HasSubstr("can't start './plain': Permission denied (chmod +x"));
  fs::permissions(folder_ / "plain", fs::perms::owner_all);
  EXPECT_THAT(why({"./plain"}), HasSubstr("can't start './plain': Exec format error"));
  EXPECT_THAT(why({"/bin/true", std::string(200'000, 'x')}), HasSubstr("${args_json_file}"));
  options.directory = folder_ / "nowhere";
  EXPECT_THAT(why({"/bin/true"}), HasSubstr("can't start in " + (folder_ / "nowhere").string()));
}

TEST_F(ACommand, GetsAHundredKilobytesOfParameters) {
  const std::string large(100'000, 'x');
  context.params.set("text", large);
  make("echo ${#WINNOW_PARAMS}");
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  EXPECT_EQ(log(), std::to_string(large.size() + std::string(R"({"lr":0.5,"text":""})").size()) + "\n");
}

TEST_F(ACommand, WritesTheArgumentsFileThatItsCommandAsksFor) {
  options.command = {"/bin/cat", "${args_json_file}"};
  factory = *command_trainer(options, spawner());
  trainable = *factory->make(context);
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  EXPECT_EQ(log(), "{\"lr\": 0.5}");
}

TEST_F(ACommand, IsStillStartedAfterItsWardenWasKilled) {
  for (int i = 0; i < 3; ++i) {
    make("kill -KILL $PPID; sleep 100");
    EXPECT_EQ(trainable->advance().error().code, errc::trial_lost);
    trainable.reset();
    make("echo fine");
    EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  }
}

TEST(ASpawner, RefusesAProcessWithThreads) {
  std::atomic<bool> over{false};
  std::thread other([&] {
    while (!over) std::this_thread::sleep_for(1ms);
  });
  const auto started = Spawner::start();
  over = true;
  other.join();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, errc::illegal_state);
}

}  // namespace
}  // namespace winnow::test::command_test
