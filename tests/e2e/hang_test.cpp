/// A trial that never returns: its slot is given up and replaced, and the process ends all the same.
#include <algorithm>

#include "support.hpp"

namespace winnow::hang_test {
namespace {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;

std::string sweep(int run_cap, const std::string& more) {
  return test::acklog_sweep("{type: fifo, max_t: 3}", run_cap, 2, more);
}

struct Hanging {
  explicit Hanging(const std::string& text, const std::string& where = "advance") {
    const auto file = write(temp / "sweep.yaml", text);
    process = std::make_unique<Process>(
        std::vector<std::string>{winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"}, "",
        std::vector<std::string>{"WINNOW_ACKLOG=" + (temp / "acks").string(), "WINNOW_ACKLOG_HANG_TRIAL=1",
                                 "WINNOW_ACKLOG_HANG_IN=" + where});
  }
  void wait_for_events() const {
    EXPECT_TRUE(test::wait_until(
        *process, [&] { return Ledger::open_read_only(dir / "ledger.db").has_value() && events_of(dir).size() > 30; }));
  }
  TempDir temp;
  std::filesystem::path dir = temp / "run";
  std::unique_ptr<Process> process;
};

TEST(Hang, ATrialThatNeverReturnsLosesItsSlotAndTheOthersFinish) {
  const Hanging sweep_of(sweep(6, "trial: {report_timeout: 0.5, grace: 0.2, retries: {lost: 0}}\n"));
  const Finished end = sweep_of.process->wait();
  EXPECT_EQ(end.code, 0) << end.err;
  EXPECT_NE(end.out.find("5 completed, 0 stopped early, 1 failed"), std::string::npos) << end.out;
  EXPECT_NE(end.out.find("1 trial never returned and had to be given up"), std::string::npos) << end.out;
  const auto events = events_of(sweep_of.dir);
  const auto lost =
      std::find_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::lost; });
  ASSERT_NE(lost, events.end());
  EXPECT_EQ(lost->trial, 1);
  EXPECT_EQ(lost->text, "no report within 0.5 s (trial.report_timeout)");
  EXPECT_EQ(events.back().kind(), EventKind::finished) << "the ledger was closed first";
  expect_replays(sweep_of.dir);
}

TEST(Hang, CtrlCEndsTheProcessWithinGrace) {
  const Hanging sweep_of(sweep(1000000, "trial: {grace: 0.3}\n"));
  sweep_of.wait_for_events();
  sweep_of.process->kill(SIGINT);
  const Finished end = sweep_of.process->wait();
  EXPECT_EQ(end.code, 130) << end.out << end.err;
  EXPECT_EQ(events_of(sweep_of.dir).back().kind(), EventKind::interrupted);
  EXPECT_NE(end.out.find("winnow resume"), std::string::npos);
}

TEST(Hang, InTheSaveOfAPauseOrTheDestructorCtrlCEndsTheProcessWithinGraceToo) {
  for (const std::string where : {"save", "destroy"}) {
    const Hanging sweep_of(test::acklog_sweep("{type: asha, max_t: 9, reduction_factor: 3, variant: promotion}",
                                              1000000, 2, "checkpoints: {last: 0, best: 0}\ntrial: {grace: 0.3}\n"),
                           where);
    sweep_of.wait_for_events();
    sweep_of.process->kill(SIGINT);
    const Finished end = sweep_of.process->wait();
    EXPECT_EQ(end.code, 130) << where << end.out << end.err;
    EXPECT_EQ(events_of(sweep_of.dir).back().kind(), EventKind::interrupted) << where;
    EXPECT_NE(end.out.find(" never returned and had to be given up"), std::string::npos) << where << end.out;
  }
}

TEST(Hang, StopNowGivesUpWhatDoesNotReport) {
  const Hanging sweep_of(sweep(1000000, "trial: {grace: 0.3}\n"));
  sweep_of.wait_for_events();
  EXPECT_EQ(test::winnow({"stop", sweep_of.dir.string(), "--now"}).code, 0);
  const Finished end = sweep_of.process->wait();
  EXPECT_EQ(end.code, 0) << end.out << end.err;
  EXPECT_EQ(events_of(sweep_of.dir).back().kind(), EventKind::finished);
  expect_replays(sweep_of.dir);
}

}  // namespace
}  // namespace winnow::hang_test
