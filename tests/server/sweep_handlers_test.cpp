/// Sweeps over HTTP: a manager, the real routes, and a client on the owner's socket.
#include <future>
#include <map>

#include "served_sweeps.hpp"

namespace winnow::server::sweep_handlers_test {

using namespace winnow::server::test;

constexpr const char* kSweep = R"(name: small
method: random
run_cap: 8
metric: {name: loss, goal: minimize}
parameters: {x1: {min: -5.0, max: 10.0}, x2: {min: 0.0, max: 15.0}}
trainer: {type: landscape, function: branin, steps: 5, delay: DELAY}
)";

std::string sweep(const std::string& delay = "0") {
  std::string text = kSweep;
  return text.replace(text.find("DELAY"), 5, delay);
}

TEST(SweepHandlers, ASweepIsCreatedRunsAndEndsWithItsBestTrial) {
  ServedSweeps served;
  const std::string id = served.create(sweep(), "?weight=2&priority=1");
  served.manager.wait();
  const auto now = served.json(served.send("GET", "/api/v1/sweeps/" + id));
  EXPECT_EQ(now["state"], "finished");
  EXPECT_EQ(now["trials"]["completed"], 8);
  EXPECT_EQ(now["weight"], 2.0);
  EXPECT_EQ(now["priority"], 1);
  EXPECT_TRUE(now["best"]["params"].contains("x1"));
  const auto metrics = served.send("GET", "/metrics");
  EXPECT_NE(metrics.body().find("winnow_sweeps{state=\"finished\"} 1"), std::string::npos) << metrics.body();
}

TEST(SweepHandlers, IsPausedResumedStoppedAndDeleted) {
  ServedSweeps served;
  const std::string id = served.create(sweep("0.02"));
  const std::string path = "/api/v1/sweeps/" + id;
  EXPECT_EQ(served.send("DELETE", path).result_int(), 409U) << "it runs";
  const auto paused = served.send("POST", path + "/pause", R"({"why": "lunch"})");
  EXPECT_EQ(paused.result_int(), 200U) << paused.body();
  EXPECT_EQ(served.json(paused)["state"], "paused");
  EXPECT_EQ(served.json(paused)["why"], "lunch");
  EXPECT_EQ(served.send("POST", path + "/pause").result_int(), 409U) << "twice";
  served.manager.wait();
  EXPECT_EQ(served.send("POST", path + "/resume").result_int(), 200U);
  EXPECT_EQ(served.send("POST", path + "/stop", R"({"now": true})").result_int(), 200U);
  served.manager.wait();
  EXPECT_EQ(served.json(served.send("GET", path))["state"], "finished");
  EXPECT_EQ(served.send("DELETE", path).result_int(), 204U);
  EXPECT_EQ(served.send("GET", path).result_int(), 404U);
}

TEST(SweepHandlers, OneThatIsStoppingIsDeletedALittleLater) {
  ServedSweeps served;
  const std::string path = "/api/v1/sweeps/" + served.create(sweep("0.02"));
  EXPECT_EQ(served.send("DELETE", path).count("Retry-After"), 0U) << "it only runs";
  served.send("POST", path + "/stop", R"({"now": true})");
  Answer answer = served.send("DELETE", path);
  for (; answer.result_int() == 409U; answer = served.send("DELETE", path)) EXPECT_EQ(answer["Retry-After"], "1");
  EXPECT_EQ(answer.result_int(), 204U) << answer.body();
}

TEST(SweepHandlers, AListHasPagesAndAState) {
  ServedSweeps served;
  for (int i = 0; i < 5; ++i) served.create(sweep());
  served.manager.wait();
  std::vector<std::string> ids;
  for (std::string next; ids.size() < 10;) {
    const auto page =
        served.json(served.send("GET", "/api/v1/sweeps?limit=2" + (next.empty() ? "" : "&after=" + next)));
    for (const auto& one : page["sweeps"]) ids.push_back(one["id"]);
    if (page["next"].is_null()) break;
    next = page["next"];
  }
  EXPECT_EQ(ids.size(), 5U);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_TRUE(served.json(served.send("GET", "/api/v1/sweeps?state=running"))["sweeps"].empty());
  EXPECT_EQ(served.send("GET", "/api/v1/sweeps?state=asleep").result_int(), 400U);
}

TEST(SweepHandlers, WhatIsWrongIsSaidWhereItStandsAndNothingHasChanged) {
  ServedSweeps served;
  std::string wrong = sweep();
  wrong.replace(wrong.find("min: -5.0"), 9, "min: 50.0");
  const Answer answer = served.send("POST", "/api/v1/sweeps", wrong, "application/yaml");
  EXPECT_EQ(answer.result_int(), 422U);
  EXPECT_EQ(served.json(answer)["line"], 5);
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps?base=here", sweep(), "application/yaml").result_int(), 422U);
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps?weight=-1", sweep(), "application/yaml").result_int(), 400U);
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps", "name: [", "application/yaml").result_int(), 422U);
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps/none/pause").result_int(), 404U);
  EXPECT_TRUE(served.manager.list().empty());
  const std::string id = served.create(sweep());
  const std::string path = "/api/v1/sweeps/" + id;
  EXPECT_EQ(served.send("PATCH", path, R"({"weight": 0})").result_int(), 422U);
  EXPECT_EQ(served.send("PATCH", path, R"({"wait": 1})").result_int(), 422U);
  EXPECT_EQ(served.send("PATCH", path, R"({"slots": 4294967297})").result_int(), 422U);
  EXPECT_EQ(served.send("PATCH", path, R"({"priority": 1.5})").result_int(), 422U);
  EXPECT_EQ(served.send("PATCH", path, "{").result_int(), 400U);
  EXPECT_EQ(served.send("POST", path + "/pause", R"({"now": true})").result_int(), 422U);
  EXPECT_EQ(served.json(served.send("PATCH", path, R"({"weight": 3})"))["weight"], 3.0);
}

TEST(SweepHandlers, WhatASweepMayRunIsSaid) {
  ServedSweeps served;
  std::filesystem::create_directory(served.dir / "allowed");
  served.allowance = Allowance{.folders = {served.dir / "allowed"}};
  const std::string target = "/api/v1/sweeps?base=" + (served.dir / "allowed").string();
  const auto status = [&](const std::string& at, const std::string& text) {
    return served.send("POST", at, text, "application/yaml").result_int();
  };
  const Answer elsewhere = served.send("POST", "/api/v1/sweeps", sweep(), "application/yaml");
  EXPECT_EQ(elsewhere.result_int(), 403U) << elsewhere.body();
  EXPECT_EQ(served.json(elsewhere)["path"], "base");
  const std::string head = "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n";
  EXPECT_EQ(status(target, head + "command: [sh, -c, 'exit 0']"), 403U);
  EXPECT_EQ(status(target, "space: {optuna: /etc/hostname}\nrun_cap: 1\n"), 403U);
  EXPECT_TRUE(served.manager.list().empty());
  EXPECT_EQ(status(target, sweep()), 201U);
  served.allowance.reset();
  EXPECT_EQ(status("/api/v1/sweeps", head + "command: [sh, -c, 'exit 0']"), 201U);
  served.manager.wait();
}

TEST(SweepHandlers, SettingsOfASweepAtRestChange) {
  ServedSweeps served;
  const std::string path = "/api/v1/sweeps/" + served.create(sweep());
  served.manager.wait();
  const auto change = [&](const std::string& body) { return served.send("PATCH", path, body); };
  const std::int64_t cap = served.json(served.ask(path))["run_cap"];
  const Answer unknown = change(R"({"weight": 3, "settings": {"run_camp": 9}})");
  EXPECT_EQ(unknown.result_int(), 422U);
  EXPECT_NE(unknown.body().find("settings.run_camp"), std::string::npos) << unknown.body();
  EXPECT_EQ(served.json(served.ask(path))["weight"], 1) << "nothing of it was taken";
  EXPECT_EQ(change(R"({"settings": [1]})").result_int(), 422U);
  const Answer changed = change(R"({"weight": 3, "settings": {"run_cap": )" + std::to_string(cap + 1) + "}}");
  EXPECT_EQ(changed.result_int(), 200U) << changed.body();
  EXPECT_EQ(served.json(changed)["run_cap"], cap + 1);
  EXPECT_EQ(served.json(changed)["weight"], 3);
  served.manager.wait();
  EXPECT_EQ(served.json(served.ask(path))["trials"]["completed"], cap + 1);
}

TEST(SweepHandlers, TheVariablesOfAProgramAreNeverShown) {
  ServedSweeps served;
  const std::string id = served.create(
      "metric: {name: loss, goal: minimize}\nparameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n"
      "command: [sh, -c, 'exit 3']\nprocess: {env: {API_KEY: hush-hush}}\n");
  served.manager.wait();
  const auto put = [](std::string& path, const std::string& name, const std::string& value) {
    if (const auto at = path.find(name); at != std::string::npos) path.replace(at, name.size(), value);
  };
  for (const auto& [name, operations] : api_document()["paths"].items()) {
    if (!operations.contains("get")) continue;
    if (name == "/api/v1/events") continue;  // a WebSocket, which has the texts of the others
    std::string path = name;
    put(path, "{id}", id);
    put(path, "{number}", "0");
    if (path.ends_with("/events")) path += "?follow=false";
    Client<asio::local::stream_protocol> client(served.dir / "socket");
    client.say("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const std::string answer = client.rest();
    const std::string status = path.ends_with("/importance") ? "HTTP/1.1 409" : "HTTP/1.1 200";  // no trial completed
    EXPECT_EQ(answer.find(status), 0U) << path << ": " << answer;
    EXPECT_EQ(answer.find("hush-hush"), std::string::npos) << path << ": " << answer;
  }
}

/// With If-Match.
Answer send_if(ServedSweeps& served, const std::string& tags, const std::string& method, const std::string& target,
               const std::string& body = "") {
  return served.send(method, target, body, "application/json", "If-Match: " + tags + "\r\n");
}

std::string etag_of(const Answer& answer) {
  return {answer["ETag"].data(), answer["ETag"].size()};
}

TEST(SweepHandlers, ASweepThatHasChangedIsntChangedByWhoDoesntKnow) {
  ServedSweeps served;
  const std::string path = "/api/v1/sweeps/" + served.create(sweep());
  served.manager.wait();
  const std::string before = etag_of(served.ask(path));
  ASSERT_TRUE(before.starts_with('"')) << before;
  EXPECT_EQ(served.ask(path, "If-None-Match: " + before + "\r\n").result_int(), 304U);
  const Answer changed = send_if(served, before, "PATCH", path, R"({"weight": 3})");
  EXPECT_EQ(changed.result_int(), 200U) << changed.body();
  const std::string now = etag_of(changed);
  EXPECT_NE(now, before) << "the share is part of the answer";
  EXPECT_EQ(etag_of(served.ask(path)), now);
  const Answer late = send_if(served, before, "PATCH", path, R"({"weight": 5})");
  EXPECT_EQ(late.result_int(), 412U);
  EXPECT_EQ(late["Content-Type"], "application/problem+json");
  EXPECT_EQ(etag_of(late), now);
  EXPECT_EQ(served.json(served.ask(path))["weight"], 3.0);
  for (const char* verb : {"/pause", "/resume", "/stop", "/retry"}) {
    EXPECT_EQ(send_if(served, before, "POST", path + verb).result_int(), 412U) << verb;
  }
  EXPECT_EQ(send_if(served, "W/" + now, "PATCH", path, R"({"weight": 5})").result_int(), 412U) << "a weak one is none";
  EXPECT_EQ(send_if(served, "nothing", "PATCH", path, R"({"weight": 5})").result_int(), 412U);
  EXPECT_EQ(send_if(served, "*", "PATCH", "/api/v1/sweeps/none", R"({"weight": 5})").result_int(), 404U);
  EXPECT_EQ(send_if(served, before, "PATCH", path, R"({"weight": 0})").result_int(), 412U);
  EXPECT_EQ(send_if(served, "*", "PATCH", path, R"({"weight": 4})").result_int(), 200U);
  EXPECT_EQ(send_if(served, now, "DELETE", path).result_int(), 412U);
  const std::string last = etag_of(served.ask(path));
  EXPECT_EQ(send_if(served, before + ", " + last, "DELETE", path).result_int(), 204U);
}

TEST(SweepHandlers, OfManyWhoChangeTheSameSweepAtOnceOneDoes) {
  ServedSweeps served;
  const std::string path = "/api/v1/sweeps/" + served.create(sweep());
  served.manager.wait();
  const std::string before = etag_of(served.ask(path));
  std::vector<std::future<unsigned>> changes;
  for (int i = 2; i < 10; ++i) {
    changes.push_back(std::async(std::launch::async, [&, i] {
      return send_if(served, before, "PATCH", path, R"({"weight": )" + std::to_string(i) + "}").result_int();
    }));
  }
  std::map<unsigned, int> statuses;
  for (auto& change : changes) ++statuses[change.get()];
  EXPECT_EQ(statuses[200], 1);
  EXPECT_EQ(statuses[412], 7);
}

TEST(SweepHandlers, AReaderChangesNothing) {
  ServedSweeps served;
  const auto secret = served.tokens.create({.name = "reader", .role = Role::read, .created = 1000}).value();
  const std::string& address = served.server->addresses().front();
  const auto answer = [port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)))](
                          const std::string& request) { return Client<>(port).ask(request).result_int(); };
  EXPECT_EQ(answer(get("/api/v1/sweeps", secret)), 200U);
  EXPECT_EQ(answer(post("/api/v1/sweeps", secret, "{}")), 403U);
  EXPECT_EQ(answer(get("/api/v1/sweeps", "")), 401U);
}

}  // namespace winnow::server::sweep_handlers_test
