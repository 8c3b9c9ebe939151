/// Files that are sent ahead of their sweep: where they may go, how much of them there may be, and what becomes of
/// them.
#include <winnow/server/uploads.hpp>

#include <fstream>

#include "served_sweeps.hpp"

namespace winnow::server::uploads_test {

using namespace winnow::server::test;
namespace fs = std::filesystem;

Uploads::Part part(std::string path, std::string_view content, std::uint64_t offset = 0, bool executable = false) {
  return {.path = std::move(path), .offset = offset, .content = content, .executable = executable};
}

struct OpenUploads {
  explicit OpenUploads(UploadLimits limits = {.min_free = 0})
      : uploads(Uploads::open(dir / "uploads", limits).value()) {}
  winnow::test::TempDir dir;
  std::unique_ptr<Uploads> uploads;
};

TEST(UploadPath, IsRelativeAndLeadsNowhereElse) {
  EXPECT_EQ(upload_path("data/a b/train.csv").value(), (std::vector<std::string>{"data", "a b", "train.csv"}));
  EXPECT_TRUE(upload_path(".hidden/..x"));
  for (const std::string& wrong :
       {std::string(), std::string("/etc/passwd"), std::string("../x"), std::string("a/../x"), std::string("a/./x"),
        std::string("a//x"), std::string("a/"), std::string("a\nb"), std::string("a\0b", 3), std::string(300, 'a'),
        std::string(2000, '/')}) {
    EXPECT_FALSE(upload_path(wrong)) << wrong;
  }
}

TEST(Uploads, AFileIsWrittenInParts) {
  OpenUploads open;
  const std::string id = open.uploads->begin("me").value();
  EXPECT_EQ(open.uploads->write(id, "me", part("data/x", "abc")).value(), 3U);
  EXPECT_EQ(open.uploads->write(id, "me", part("data/x", "def", 3)).value(), 6U);
  EXPECT_EQ(open.uploads->write(id, "me", part("data/x", "ghi", 3)).error().code, errc::illegal_state);
  EXPECT_EQ(text_of_file(open.dir / "uploads" / id / "data/x"), "abcdef");
  EXPECT_EQ(open.uploads->write(id, "me", part("data/x", "new")).value(), 3U);
  EXPECT_EQ(text_of_file(open.dir / "uploads" / id / "data/x"), "new");
  EXPECT_EQ(open.uploads->write(id, "me", part("run", "", 0, true)).value(), 0U);
  EXPECT_NE(fs::status(open.dir / "uploads" / id / "run").permissions() & fs::perms::owner_exec, fs::perms::none);
  EXPECT_FALSE(open.uploads->write(id, "me", part("data", "x"))) << "it is a folder";
  EXPECT_FALSE(open.uploads->write(id, "me", part("run/x", "x"))) << "it is a file";
}

TEST(Uploads, ALinkIsNotFollowed) {
  OpenUploads open;
  const std::string id = open.uploads->begin("me").value();
  fs::create_directory(open.dir / "elsewhere");
  fs::create_directory_symlink(open.dir / "elsewhere", open.dir / "uploads" / id / "way");
  fs::create_symlink(open.dir / "elsewhere/file", open.dir / "uploads" / id / "file");
  EXPECT_FALSE(open.uploads->write(id, "me", part("way/x", "x")));
  EXPECT_FALSE(open.uploads->write(id, "me", part("file", "x")));
  EXPECT_TRUE(fs::is_empty(open.dir / "elsewhere"));
}

TEST(Uploads, AreTheirOwners) {
  OpenUploads open;
  const std::string id = open.uploads->begin("me").value();
  EXPECT_EQ(open.uploads->write(id, "you", part("x", "x")).error().code, errc::unknown_sweep);
  EXPECT_EQ(open.uploads->take(id, "you").map([](auto&&) { return 0; }).error().code, errc::unknown_sweep);
  EXPECT_EQ(open.uploads->remove(id, "you").error().code, errc::unknown_sweep);
  EXPECT_TRUE(open.uploads->remove(id, "me"));
  EXPECT_FALSE(fs::exists(open.dir / "uploads" / id));
}

TEST(Uploads, AllOfThemHaveABound) {
  OpenUploads open({.bytes = 10, .min_free = 0, .uploads = 2, .files = 2});
  const std::string one = open.uploads->begin("me").value();
  const std::string two = open.uploads->begin("me").value();
  EXPECT_FALSE(open.uploads->begin("me"));
  EXPECT_TRUE(open.uploads->write(one, "me", part("x", "12345")));
  EXPECT_FALSE(open.uploads->write(two, "me", part("x", "123456")));
  EXPECT_TRUE(open.uploads->write(one, "me", part("x", "1234"))) << "in the place of what was there";
  EXPECT_TRUE(open.uploads->write(two, "me", part("x", "123456")));
  EXPECT_FALSE(open.uploads->write(two, "me", part("x", "7", 6)));
  EXPECT_TRUE(open.uploads->write(two, "me", part("y", "")));
  EXPECT_FALSE(open.uploads->write(two, "me", part("z", "")));
  EXPECT_EQ(OpenUploads({.bytes = 0}).uploads->begin("me").error().code, errc::unsupported);
  OpenUploads full({.min_free = std::uint64_t{1} << 60U});
  const std::string id = full.uploads->begin("me").value();
  EXPECT_EQ(full.uploads->write(id, "me", part("x", "x")).error().code, errc::io) << "so much is never free";
}

TEST(Uploads, WhatIsNotUsedIsRemoved) {
  OpenUploads open;
  const std::string id = open.uploads->begin("me").value();
  const std::string used = open.uploads->begin("me").value();
  const auto taken = open.uploads->take(used, "me");
  open.uploads->drop_unused();
  EXPECT_TRUE(fs::exists(open.dir / "uploads" / id));
  open.uploads->drop_unused(Uploads::Clock::now() + std::chrono::hours(2));
  EXPECT_FALSE(fs::exists(open.dir / "uploads" / id));
  EXPECT_TRUE(fs::exists(open.dir / "uploads" / used));
}

TEST(Uploads, WhatADaemonLeftIsRemovedAtTheStart) {
  const winnow::test::TempDir dir;
  fs::create_directories(dir / "uploads/left");
  std::ofstream(dir / "uploads/left/file") << "by a daemon that was killed";
  const auto uploads = Uploads::open(dir / "uploads", {});
  EXPECT_TRUE(fs::is_empty(dir / "uploads"));
}

TEST(Uploads, OneThatIsTakenIsNotChangedAndComesBack) {
  OpenUploads open;
  const std::string id = open.uploads->begin("me").value();
  {
    const auto taken = open.uploads->take(id, "me");
    EXPECT_EQ(open.uploads->write(id, "me", part("x", "x")).error().code, errc::illegal_state);
    EXPECT_FALSE(open.uploads->take(id, "me"));
    EXPECT_FALSE(open.uploads->remove(id, "me"));
  }
  EXPECT_TRUE(open.uploads->write(id, "me", part("x", "x")));
  { fs::remove_all(open.uploads->take(id, "me")->folder()); }
  EXPECT_EQ(open.uploads->write(id, "me", part("x", "x")).error().code, errc::unknown_sweep);
}

constexpr const char* kShipped = R"(name: shipped
method: random
run_cap: 2
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
command: [./train, "${args}"]
)";
constexpr const char* kTrain = "#!/bin/sh\nread value <data/loss && echo \"{\\\"loss\\\": $value}\" >&3\n";

struct ServedUploads : ServedSweeps {
  std::string upload() { return json(send("POST", "/api/v1/uploads"))["id"]; }
  Answer put(const std::string& id, const std::string& query, const std::string& content) {
    return send("PUT", "/api/v1/uploads/" + id + "/files?" + query, content, "application/octet-stream");
  }
  std::string with_program() {
    const std::string id = upload();
    EXPECT_EQ(put(id, "path=train&executable=true", kTrain).result_int(), 200U);
    EXPECT_EQ(put(id, "path=data/loss", "0.25\n").result_int(), 200U);
    return id;
  }
};

TEST(UploadHandlers, ASweepRunsWhatWasSentAlong) {
  ServedUploads served;
  const std::string upload = served.with_program();
  const std::string id = served.create(kShipped, "?upload=" + upload);
  served.manager.wait();
  const auto now = served.json(served.ask("/api/v1/sweeps/" + id));
  EXPECT_EQ(now["trials"]["completed"], 2) << now;
  EXPECT_EQ(now["best"]["value"], 0.25);
  EXPECT_TRUE(fs::exists(served.dir / "state/sweeps" / id / "files/train"));
  EXPECT_FALSE(fs::exists(served.dir / "state/uploads" / upload));
  EXPECT_EQ(served.put(upload, "path=x", "x").result_int(), 404U) << "it was used";
  EXPECT_EQ(served.send("DELETE", "/api/v1/sweeps/" + id).result_int(), 204U);
  EXPECT_FALSE(fs::exists(served.dir / "state/sweeps" / id));
}

TEST(UploadHandlers, WhatIsSentAgainIsOneSweep) {
  ServedUploads served;
  const std::string upload = served.with_program();
  const auto create = [&] {
    return served.send("POST", "/api/v1/sweeps?upload=" + upload, kShipped, "application/yaml",
                       "Idempotency-Key: once\r\n");
  };
  const auto first = create();
  const auto again = create();
  EXPECT_EQ(first.result_int(), 201U) << first.body();
  EXPECT_EQ(again.result_int(), 201U) << again.body();
  EXPECT_EQ(served.json(first)["id"], served.json(again)["id"]);
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps?upload=" + upload, kShipped, "application/yaml").result_int(), 404U);
  served.manager.wait();
}

TEST(UploadHandlers, AFileThatIsWrongLeavesTheUploadAsItIs) {
  ServedUploads served;
  const std::string upload = served.upload();
  const Answer missing = served.send("POST", "/api/v1/sweeps?upload=" + upload, kShipped, "application/yaml");
  EXPECT_EQ(missing.result_int(), 422U) << missing.body();
  EXPECT_TRUE(served.manager.list().empty());
  EXPECT_TRUE(fs::is_empty(served.dir / "state/sweeps"));
  EXPECT_EQ(served.put(upload, "path=train&executable=true", kTrain).result_int(), 200U);
  EXPECT_EQ(
      served.send("POST", "/api/v1/sweeps?upload=" + upload + "&base=/", kShipped, "application/yaml").result_int(),
      422U);
  served.create(kShipped, "?upload=" + upload);
  served.manager.wait();
}

TEST(UploadHandlers, SayWhatIsWrong) {
  ServedUploads served;
  const std::string upload = served.upload();
  EXPECT_EQ(served.put(upload, "path=../x", "x").result_int(), 422U);
  EXPECT_EQ(served.put(upload, "path=%2Fetc%2Fx", "x").result_int(), 422U);
  EXPECT_EQ(served.put(upload, "", "x").result_int(), 400U);
  EXPECT_EQ(served.put(upload, "path=x&offset=5", "x").result_int(), 409U);
  EXPECT_EQ(served.put("00", "path=x", "x").result_int(), 404U);
  EXPECT_EQ(served.send("PUT", "/api/v1/uploads/" + upload + "/files?path=x", "x").result_int(), 415U);
  EXPECT_EQ(served.send("DELETE", "/api/v1/uploads/" + upload).result_int(), 204U);
  EXPECT_EQ(served.send("DELETE", "/api/v1/uploads/" + upload).result_int(), 404U);
  const auto reader = served.tokens.create({.name = "reader", .role = Role::read, .created = 1000}).value();
  const std::string& address = served.server->addresses().front();
  Client<> client(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  EXPECT_EQ(client.ask(post("/api/v1/uploads", reader, "")).result_int(), 403U);
}

TEST(UploadHandlers, WhereOnlySomeFoldersMayRunNothingIsSentAlong) {
  ServedUploads served;
  const std::string before = served.with_program();
  fs::create_directory(served.dir / "allowed");
  served.allowance = Allowance{.folders = {served.dir / "allowed"}};
  const Answer refused = served.send("POST", "/api/v1/uploads");
  EXPECT_EQ(refused.result_int(), 403U);
  EXPECT_NE(refused.body().find((served.dir / "allowed").string()), std::string::npos) << refused.body();
  EXPECT_EQ(served.send("POST", "/api/v1/sweeps?upload=" + before, kShipped, "application/yaml").result_int(), 403U);
  EXPECT_TRUE(served.manager.list().empty());
}

}  // namespace winnow::server::uploads_test
