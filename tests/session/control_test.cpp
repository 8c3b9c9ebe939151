/// The socket that takes commands, as a client that means no good, or none that answers, meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <winnow/base/file.hpp>
#include <winnow/session/control.hpp>

#include "../temp_dir.hpp"

namespace winnow::control_test {
namespace {

using namespace std::chrono_literals;
using test::TempDir;
using testing::HasSubstr;

class Client {
public:
  Client() : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // Longer than any answer may take on a busy machine: a test ends.
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  explicit Client(const RunDir& dir) : Client() { connect(dir); }

  void connect(const RunDir& dir) const {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::strncpy(address.sun_path, dir.control().c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  void send(const std::string& text) const {
    ASSERT_EQ(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  /// Empty when the server has hung up.
  [[nodiscard]] std::string line() const {
    std::string text;
    for (char c = 0; c != '\n' && ::recv(socket_.get(), &c, 1, 0) == 1;) text += c;
    return text;
  }
  [[nodiscard]] std::string ask(const std::string& request) const {
    send(request + "\n");
    return line();
  }

private:
  Fd socket_;
};

constexpr const char* kOk = "{\"ok\":true}\n";

Result<void> agree(const Value& /*request*/) {
  return {};
}

/// Closed until it is opened.
class Gate {
public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for_one() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ > 0; });
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int arrived_ = 0;
};

TEST(ControlServer, AnExceptionOfTheHandlerIsTheAnswerAndTheServerGoesOn) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, [](const Value& request) -> Result<void> {
    if (request.value("op", "") == "odd") throw 1;
    if (request.value("op", "") == "bad") throw std::runtime_error("no such luck");
    return {};
  });
  ASSERT_TRUE(server) << server.error().message;
  const Client client(dir);
  EXPECT_EQ(client.ask(R"({"op":"bad"})"), "{\"error\":\"no such luck\"}\n");
  EXPECT_THAT(client.ask(R"({"op":"odd"})"), HasSubstr("error"));
  EXPECT_EQ(client.ask(R"({"op":"pause"})"), kOk);
}

TEST(ControlServer, RefusesALineWithoutEndAndHangsUp) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, agree);
  ASSERT_TRUE(server) << server.error().message;
  const Client client(dir);
  client.send(std::string(64 * 1024, 'x'));
  EXPECT_THAT(client.line(), HasSubstr("a request is one line of at most 65536 bytes"));
  EXPECT_EQ(client.line(), "");
  EXPECT_EQ(Client(dir).ask("{}"), kOk);
}

TEST(ControlServer, ACommandDoesNotWaitForACopy) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  Gate gate;
  const auto server = ControlServer::start(dir, [&](const Value& request) -> Result<void> {
    if (request["op"] == "copy") gate.pass();
    return {};
  });
  ASSERT_TRUE(server) << server.error().message;
  const Client copies(dir);
  copies.send("{\"op\":\"copy\"}\n");
  gate.wait_for_one();
  EXPECT_EQ(Client(dir).ask(R"({"op":"pause"})"), kOk);
  gate.open();
  EXPECT_EQ(copies.line(), kOk);
}

TEST(ControlServer, DropsACommandWhoseSenderHasLeftBeforeItsTurn) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  Gate gate;
  std::mutex mutex;
  std::vector<std::string> taken;
  const auto server = ControlServer::start(dir, [&](const Value& request) -> Result<void> {
    {
      const std::lock_guard lock(mutex);
      taken.push_back(request["op"]);
    }
    if (request["op"] == "first") gate.pass();
    return {};
  });
  ASSERT_TRUE(server) << server.error().message;
  const Client first(dir);
  first.send("{\"op\":\"first\"}\n");
  gate.wait_for_one();
  Client(dir).send("{\"op\":\"given up\"}\n");
  const Client third(dir);
  third.send("{\"op\":\"third\"}\n");
  gate.open();
  EXPECT_EQ(third.line(), kOk);
  EXPECT_THAT(taken, testing::Not(testing::Contains("given up")));
}

TEST(ControlServer, HangsUpOnWhoSaysNothingAndServesWhoWaitedForAPlace) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, agree, {.conversations = 2, .idle = 200ms});
  ASSERT_TRUE(server) << server.error().message;
  const Client silent(dir);
  const Client half(dir);
  half.send("{\"op\":");
  const Client third(dir);
  EXPECT_EQ(third.ask(R"({"op":"pause"})"), kOk);
  EXPECT_EQ(silent.line(), "");
  EXPECT_EQ(half.line(), "");
}

TEST(ControlServer, IsThereStillWhenAllItsPlacesHaveWaitedForTheHandler) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  Gate gate;
  const auto server = ControlServer::start(dir,
                                           [&](const Value&) -> Result<void> {
                                             gate.pass();
                                             return {};
                                           },
                                           {.conversations = 2, .idle = 1h});
  ASSERT_TRUE(server) << server.error().message;
  const Client first(dir);
  const Client second(dir);
  first.send("{}\n");
  second.send("{}\n");
  gate.wait_for_one();
  std::this_thread::sleep_for(100ms);  // the context has nothing to do but to wait for the handler
  gate.open();
  EXPECT_EQ(first.line(), kOk);
  EXPECT_EQ(second.line(), kOk);
  EXPECT_EQ(second.ask("{}"), kOk);
}

TEST(ControlServer, TakesNoRequestThatSaysTwoThings) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, agree);
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_THAT(Client(dir).ask(R"({"op":"pause","op":"stop"})"), HasSubstr("error"));
}

TEST(ControlServer, HoldsNoMoreConversationsThanItHasPlaces) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, agree, {.conversations = 2, .idle = 1h});
  ASSERT_TRUE(server) << server.error().message;
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
  };
  std::vector<Client> clients(20);
  const auto before = descriptors();
  for (const Client& client : clients) client.connect(dir);
  EXPECT_EQ(clients[0].ask("{}"), kOk);
  EXPECT_EQ(clients[1].ask("{}"), kOk);
  EXPECT_LE(descriptors(), before + 2);  // fewer where one of the server's start was still open
  clients.erase(clients.begin());
  EXPECT_EQ(clients[1].ask("{}"), kOk) << "the third has the place of the first";
}

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST(ControlServer, RestsWhileThereAreNoDescriptorsForANewClient) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const auto server = ControlServer::start(dir, agree);
  ASSERT_TRUE(server) << server.error().message;
  const Client client;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit none{.rlim_cur = 3, .rlim_max = limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  client.connect(dir);
  const double before = cpu_seconds();
  std::this_thread::sleep_for(500ms);
  const double used = cpu_seconds() - before;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_LT(used, 0.2);
  EXPECT_EQ(client.ask("{}"), kOk) << "taken when there are some again";
}

TEST(ControlServer, EndsWhileAClientIsConnectedAndARequestWaits) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  Gate gate;
  const Client client = [&] {
    const auto server = ControlServer::start(dir, [&](const Value&) -> Result<void> {
      gate.pass();
      return {};
    });
    Client asks(dir);
    asks.send("{}\n");
    gate.wait_for_one();
    Client(dir).send("{}\n");
    gate.open();
    return asks;
  }();
  EXPECT_FALSE(std::filesystem::exists(dir.control()));
}

TEST(AskControl, GivesUpOnAProcessThatDoesNotAnswer) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  const Fd deaf(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, dir.control().c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(deaf.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(deaf.get(), 4), 0);
  const auto asked = ask_control(dir, {{"op", "pause"}}, 200ms);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, errc::io);
  EXPECT_THAT(asked.error().message, HasSubstr("no answer within 0.2 s: it is stopped"));
}

TEST(AskControl, SaysWhatItIsThatTakesNoCommands) {
  const TempDir folder;
  const RunDir dir{folder.path()};
  EXPECT_THAT(ask_control(dir, {{"op", "pause"}}).error().message, HasSubstr("winnow asktell"));
  std::ofstream(dir.control()) << "no socket";
  EXPECT_THAT(ask_control(dir, {{"op", "pause"}}).error().message, HasSubstr("takes no commands (Connection refused)"));
}

}  // namespace
}  // namespace winnow::control_test
