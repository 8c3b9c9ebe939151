/// Programs that train the trials of a daemon's sweep, while the daemon is killed under them.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "daemon.hpp"

namespace winnow::daemon_clients_test {
namespace {

using namespace winnow::test;
using ::testing::HasSubstr;

class DaemonClients : public DaemonTest {
protected:
  std::string create(int trials) {
    const std::string answer = ask(socket(), "POST", "/api/v1/sweeps",
                                   "name: asked\nmethod: random\nseed: 5\nrun_cap: " + std::to_string(trials) +
                                       "\nmetric: {name: loss, goal: minimize}\n"
                                       "parameters: {rate: {min: 0.0, max: 1.0}}\n");
    EXPECT_THAT(answer, HasSubstr("201 Created"));
    return Value::parse(answer.substr(answer.find("\r\n\r\n") + 4)).at("id");
  }

  /// By the rule of the documentation: what got no answer, or 503, is sent again.
  Value say(const std::string& sweep, const std::string& what, const Value& body) {
    while (true) {
      const std::string answer =
          ask(socket(), "POST", "/api/v1/sweeps/" + sweep + "/" + what, body.dump(), "application/json");
      const auto end = answer.find("\r\n\r\n");
      const bool whole = answer.starts_with("HTTP/1.1 ") && end != std::string::npos && answer.back() == '\n';
      if (whole && answer.substr(9, 3) == "200") return Value::parse(answer.substr(end + 4));
      if (whole && answer.substr(9, 3) != "503") {
        ADD_FAILURE() << what << " " << body << ": " << answer;
        return {{"done", true}};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// Trains until nothing is left; notes what was acknowledged.
  void train(const std::string& sweep, int client) {
    for (int i = 0;; ++i) {
      const Value asked = say(sweep, "ask", {{"key", std::to_string(client) + "-" + std::to_string(i)}});
      if (asked.contains("done")) return;
      if (asked.contains("wait")) continue;
      const Value about{{"trial", asked["trial"]}, {"attempt", asked["attempt"]}};
      for (int step = 1; step <= 2; ++step) {
        Value report = about;
        report["step"] = step;
        report["metrics"] = {{"loss", asked["params"]["rate"].get<double>() / step}};
        EXPECT_EQ(say(sweep, "report", report)["verdict"], "continue");
      }
      Value told = about;
      told["state"] = "complete";
      told["metrics"] = {{"loss", asked["params"]["rate"]}};
      EXPECT_EQ(say(sweep, "tell", told)["ok"], true);
      const std::lock_guard lock(mutex_);
      EXPECT_TRUE(told_.emplace(asked["trial"].get<TrialId>(), asked["params"]["rate"].get<double>()).second);
    }
  }

  std::mutex mutex_;
  std::map<TrialId, double> told_;
};

TEST_F(DaemonClients, SeeNoErrorWhileItIsKilledAndNothingIsLostOrDoubled) {
  constexpr int kClients = 6, kTrials = 400, kKills = 8;
  auto process = start();
  const std::string sweep = create(kTrials);
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back([this, &sweep, i] { train(sweep, i); });
  const auto told = [this] {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(told_.size());
  };
  for (int kill = 1; kill <= kKills; ++kill) {
    while (told() < kill * kTrials / (kKills + 1)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    process->kill(SIGKILL);
    process->wait();
    process = start();
  }
  for (auto& client : clients) client.join();
  EXPECT_TRUE(wait_until(*process, [&] { return all_finished(); }));
  EXPECT_EQ(told_.size(), static_cast<std::size_t>(kTrials));
  const auto run = state() / "sweeps" / sweep;
  std::map<TrialId, int> started, reported;
  std::map<TrialId, double> ends;
  for (const Event& event : events_of(run)) {
    started[event.trial] += event.kind() == EventKind::started ? 1 : 0;
    reported[event.trial] += event.kind() == EventKind::reported ? 1 : 0;
    if (const auto* end = event.as<event::Told>()) ends[event.trial] = end->metrics.front().second;
  }
  EXPECT_EQ(ends, told_);
  for (const auto& [trial, value] : told_) {
    EXPECT_EQ(started[trial], 1) << trial;
    EXPECT_EQ(reported[trial], 2) << trial;
  }
  expect_replays(run);
}

}  // namespace
}  // namespace winnow::daemon_clients_test
