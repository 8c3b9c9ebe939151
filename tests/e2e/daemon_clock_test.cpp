/// The wall clock of a daemon is set while sweeps run.
#include <gmock/gmock.h>

#include "daemon.hpp"

namespace winnow::daemon_clock_test {
namespace {

namespace fs = std::filesystem;
using namespace winnow::test;
using ::testing::HasSubstr;

constexpr std::int64_t kDay = 86'400;

class DaemonClock : public DaemonTest {
protected:
  void set_by(std::int64_t seconds) const {
    std::ofstream(clock(), std::ios::binary).write(reinterpret_cast<const char*>(&seconds), sizeof(seconds));
  }
  [[nodiscard]] fs::path clock() const { return dir / "clock"; }
  [[nodiscard]] fs::path log() const { return dir / "log"; }
  std::unique_ptr<Process> start_with_clock() const {
    return start({"--log-file", log().string()}, {"LD_PRELOAD=" WINNOW_BINARY_DIR "/lib/test_programs/wnw_set_clock.so",
                                                  "WNW_SET_CLOCK=" + clock().string()});
  }
  std::string create(const std::string& file) const {
    const std::string answer = ask(socket(), "POST", "/api/v1/sweeps", file);
    EXPECT_THAT(answer, HasSubstr("201 Created"));
    return Value::parse(answer.substr(answer.find("\r\n\r\n") + 4)).at("id");
  }
  std::string say(const std::string& sweep, const std::string& what, const std::string& body) const {
    return ask(socket(), "POST", "/api/v1/sweeps/" + sweep + "/" + what, body, "application/json");
  }
};

TEST_F(DaemonClock, SetForwardAndBackItCostsNoTrialNoBudgetAndNoReport) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's runtime has to be loaded first";
#endif
  set_by(0);
  auto process = start_with_clock();
  const std::string limits = "budget: {wall: 1h}\ntrial: {time_limit: 10m, report_timeout: 10m}\n";
  const std::string runs = create(curve_sweep(300, 0.01, limits));
  const std::string asked = create(
      "name: asked\nmethod: random\nseed: 5\nrun_cap: 1\nmetric: {name: loss, goal: minimize}\n"
      "parameters: {rate: {min: 0.0, max: 1.0}}\n" +
      limits);
  EXPECT_THAT(say(asked, "ask", "{}"), HasSubstr("\"trial\":0"));
  ASSERT_TRUE(wait_until(*process, [&] { return ended_trials() >= 2; }));
  set_by(kDay);
  ASSERT_TRUE(wait_until(
      *process, [&] { return text_of(log()).find("the clock went forward by 86400 s") != std::string::npos; }));
  EXPECT_THAT(ask(socket(), "GET", "/readyz"), HasSubstr("200 OK"));
  EXPECT_THAT(say(asked, "report", R"({"trial": 0, "attempt": 1, "step": 1, "metrics": {"loss": 1}})"),
              HasSubstr("continue"));
  process->kill(SIGKILL);
  process->wait();
  set_by(-kDay);
  process = start_with_clock();
  EXPECT_THAT(say(asked, "tell", R"({"trial": 0, "attempt": 1, "state": "complete"})"), HasSubstr("\"ok\":true"));
  ASSERT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  for (const Value& sweep : sweeps()) {
    EXPECT_THAT(sweep["why"], HasSubstr("run_cap")) << sweep;
    EXPECT_EQ(sweep["trials"]["failed"], 0) << sweep;
  }
  for (const std::string& sweep : {runs, asked}) expect_replays(state() / "sweeps" / sweep);
}

}  // namespace
}  // namespace winnow::daemon_clock_test
