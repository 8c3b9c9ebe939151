/// Programs that train the trials of a sweep themselves, over HTTP.
#include <thread>

#include <winnow/session/replay.hpp>

#include "served_sweeps.hpp"

namespace winnow::server::asktell_handlers_test {

using namespace winnow::server::test;

constexpr const char* kAsked = R"(name: asked
method: random
seed: 3
run_cap: 6
metric: {name: loss, goal: minimize}
parameters: {rate: {min: 0.0, max: 1.0}}
)";

struct Desk : ServedSweeps {
  explicit Desk(const std::string& text = kAsked) { id = create(text); }

  Answer post(const std::string& what, const OrderedJson& body = OrderedJson::object()) {
    return send("POST", "/api/v1/sweeps/" + id + "/" + what, body.dump());
  }
  OrderedJson ok(const std::string& what, const OrderedJson& body = OrderedJson::object()) {
    const Answer answer = post(what, body);
    EXPECT_EQ(answer.result_int(), 200U) << what << " " << body << ": " << answer.body();
    return json(answer);
  }

  std::string id;
};

TEST(AskTellHandlers, AClientTrainsTheTrialsOfASweep) {
  Desk desk;
  EXPECT_EQ(desk.json(desk.send("GET", "/api/v1/sweeps/" + desk.id))["trained_by"], "clients");
  for (int i = 0; i < 6; ++i) {
    const auto asked = desk.ok("ask");
    EXPECT_EQ(asked["trial"], i);
    EXPECT_EQ(asked["attempt"], 1);
    EXPECT_TRUE(asked["params"].contains("rate"));
    EXPECT_EQ(desk.ok("report", {{"trial", i}, {"step", 1}, {"metrics", {{"loss", 1.0 / (i + 1)}}}})["verdict"],
              "continue");
    EXPECT_EQ(desk.ok("heartbeat", {{"trial", i}})["verdict"], "continue");
    EXPECT_EQ(desk.ok("tell", {{"trial", i}, {"state", "complete"}})["ok"], true);
  }
  EXPECT_EQ(desk.ok("ask"), (OrderedJson{{"done", true}}));
  desk.manager.wait();
  const auto now = desk.json(desk.send("GET", "/api/v1/sweeps/" + desk.id));
  EXPECT_EQ(now["state"], "finished");
  EXPECT_EQ(now["best"]["trial"], 5);
  EXPECT_EQ(desk.ok("ask"), (OrderedJson{{"done", true}})) << "it is opened once more";
  desk.manager.wait();
  const auto replayed = replay(desk.dir / "state/sweeps" / desk.id);
  ASSERT_TRUE(replayed.has_value()) << replayed.error().message;
  EXPECT_FALSE(replayed->difference.has_value());
}

TEST(AskTellHandlers, WhatIsSentAgainIsAnsweredAgainAndRecordedOnce) {
  Desk desk;
  const OrderedJson key{{"key", "one"}};
  const auto asked = desk.ok("ask", key);
  EXPECT_EQ(desk.ok("ask", key), asked);
  EXPECT_NE(desk.ok("ask", {{"key", "other"}})["trial"], asked["trial"]);
  const OrderedJson report{{"trial", 0}, {"step", 1}, {"metrics", {{"loss", 0.5}}}};
  EXPECT_EQ(desk.ok("report", report), desk.ok("report", report));
  const OrderedJson told{{"trial", 0}, {"state", "complete"}, {"metrics", {{"loss", 0.4}}}};
  EXPECT_EQ(desk.ok("tell", told), desk.ok("tell", told));
  EXPECT_EQ(desk.ok("ask", key)["trial"], 2) << "that trial is over";
  EXPECT_EQ(desk.manager.find(desk.id)->counts.reports, 1);
}

TEST(AskTellHandlers, ABatchIsAnsweredOneByOne) {
  Desk desk;
  const auto answers = desk.ok("batch", {{{"op", "ask"}},
                                         {{"op", "ask"}},
                                         {{"op", "report"}, {"trial", 1}, {"metrics", {{"loss", 0.5}}}},
                                         {{"op", "report"}, {"trial", 7}, {"metrics", {{"loss", 0.5}}}},
                                         {{"op", "tell"}, {"trial", 1}, {"state", "failed"}},
                                         {{"op", "fly"}},
                                         {{"op", "ask"}}});
  ASSERT_EQ(answers.size(), 7U);
  EXPECT_EQ(answers[1]["trial"], 1);
  EXPECT_EQ(answers[2]["verdict"], "continue");
  EXPECT_EQ(answers[3]["status"], 404);
  EXPECT_EQ(answers[3]["type"], "urn:winnow:problem:unknown-trial");
  EXPECT_EQ(answers[4]["ok"], true);
  EXPECT_EQ(answers[5]["status"], 422);
  EXPECT_EQ(answers[6]["trial"], 2);
  EXPECT_EQ(desk.post("batch", {{"op", "ask"}}).result_int(), 422U) << "no array";
}

TEST(AskTellHandlers, BadRequestsChangeNothing) {
  Desk desk;
  desk.ok("ask");
  EXPECT_EQ(desk.post("report", {{"trial", 5}, {"metrics", {{"loss", 1}}}}).result_int(), 404U);
  EXPECT_EQ(desk.post("report", {{"trial", 0}, {"attempt", 4}, {"metrics", {{"loss", 1}}}}).result_int(), 409U);
  EXPECT_EQ(desk.post("report", {{"trial", 0}, {"metrics", {{"loss", "low"}}}}).result_int(), 422U);
  EXPECT_EQ(desk.post("report", {{"trail", 0}}).result_int(), 422U);
  EXPECT_EQ(desk.post("ask", {{"key", ""}}).result_int(), 422U);
  EXPECT_EQ(desk.post("ask", {{"op", "tell"}}).result_int(), 422U);
  EXPECT_EQ(desk.post("tell", {{"trial", 0}, {"state", "done"}}).result_int(), 422U);
  EXPECT_EQ(desk.send("POST", "/api/v1/sweeps/" + desk.id + "/ask", "{").result_int(), 400U);
  EXPECT_EQ(desk.send("POST", "/api/v1/sweeps/none/ask", "{}").result_int(), 404U);
  const auto info = desk.manager.find(desk.id);
  EXPECT_EQ(info->counts.reports, 0);
  EXPECT_EQ(info->counts.running, 1);
}

TEST(AskTellHandlers, TakeNumbersThatPythonWritesAsWords) {
  Desk desk;
  desk.ok("ask");
  const std::string report = R"({"trial": 0, "step": 1, "metrics": {"loss": NaN, "more": -Infinity}})";
  const Answer answer = desk.send("POST", "/api/v1/sweeps/" + desk.id + "/report", report);
  EXPECT_EQ(answer.result_int(), 200U) << answer.body();
  desk.ok("tell", {{"trial", 0}, {"state", "complete"}});
  EXPECT_EQ(desk.manager.find(desk.id)->counts.reports, 1);
}

TEST(AskTellHandlers, ASweepWhoseTrialsAreTrainedHereHasNoneToAskFor) {
  Desk desk(R"(name: own
method: random
run_cap: 2
metric: {name: loss, goal: minimize}
parameters: {x1: {min: -5.0, max: 10.0}, x2: {min: 0.0, max: 15.0}}
trainer: {type: landscape, function: branin, steps: 5, delay: 0.01}
)");
  EXPECT_EQ(desk.post("ask").result_int(), 409U);
}

TEST(AskTellHandlers, ManyClientsGetATrialEach) {
  constexpr int kClients = 16;
  constexpr int kTrials = 25;
  Desk desk(
      "name: many\nmethod: random\nrun_cap: 400\nmetric: {name: loss, goal: minimize}\n"
      "parameters: {rate: {min: 0.0, max: 1.0}}\n");
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&desk] {
      for (int i = 0; i < kTrials; ++i) {
        const auto trial = desk.ok("ask")["trial"];
        desk.ok("report", {{"trial", trial}, {"step", 1}, {"metrics", {{"loss", 0.5}}}});
        desk.ok("tell", {{"trial", trial}, {"state", "complete"}});
      }
    });
  }
  for (auto& client : clients) client.join();
  desk.manager.wait();
  const auto info = desk.manager.find(desk.id);
  EXPECT_EQ(info->counts.completed, kClients * kTrials);
  EXPECT_EQ(info->counts.reports, kClients * kTrials);
  EXPECT_EQ(info->state, SweepState::finished);
}

TEST(AskTellHandlers, ASweepIsPausedResumedAndStopped) {
  Desk desk;
  desk.ok("ask");
  desk.ok("pause");
  EXPECT_EQ(desk.ok("ask"), (OrderedJson{{"wait", true}}));
  EXPECT_EQ(desk.ok("report", {{"trial", 0}, {"step", 1}, {"metrics", {{"loss", 0.5}}}})["verdict"], "continue");
  desk.ok("resume");
  EXPECT_EQ(desk.ok("ask")["trial"], 1);
  desk.ok("stop", {{"now", true}});
  EXPECT_EQ(desk.ok("heartbeat", {{"trial", 1}})["verdict"], "stop");
  EXPECT_EQ(desk.ok("report", {{"trial", 0}, {"step", 2}, {"metrics", {{"loss", 0.5}}}})["verdict"], "stop");
  EXPECT_EQ(desk.ok("report", {{"trial", 1}, {"step", 1}, {"metrics", {{"loss", 0.5}}}})["verdict"], "stop");
  desk.manager.wait();
  EXPECT_EQ(desk.manager.find(desk.id)->state, SweepState::finished);
}

}  // namespace winnow::server::asktell_handlers_test
