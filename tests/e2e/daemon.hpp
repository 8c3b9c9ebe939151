/// A `winnowd` of a test's own, as a process, and one that asks it over its owner's socket.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>

#include "support.hpp"

namespace winnow::test {

/// One request, one connection; empty: nobody answers.
inline std::string ask(const std::filesystem::path& socket, const std::string& method, const std::string& path,
                       const std::string& body = "", const std::string& type = "application/yaml") {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = method + " " + path +
                                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: " + type +
                                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    (void)!::write(fd, request.data(), request.size());
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(fd, buffer.data(), buffer.size())) > 0;) {
      answer.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }
  ::close(fd);
  return answer;
}

inline std::string winnowd_program() {
  return std::string(WINNOW_BINARY_DIR) + "/bin/winnowd";
}

/// `127.0.0.1:PORT`, as the log says it.
inline std::string address_in(const std::filesystem::path& log) {
  const std::string text = text_of(log);
  const auto begin = text.find("127.0.0.1:");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_first_of(" ,\n", begin) - begin);
}

class DaemonTest : public ::testing::Test {
protected:
  [[nodiscard]] std::unique_ptr<Process> start(const std::vector<std::string>& more = {},
                                               const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> args = {winnowd_program(), "--dir", state().string(), "--listen", "127.0.0.1:0"};
    if (std::find(more.begin(), more.end(), "--config") == more.end())
      args.insert(args.end(), {"--config", "/dev/null"});  // whoever runs the tests may have settings
    args.insert(args.end(), more.begin(), more.end());
    auto process = std::make_unique<Process>(args, "", environment);
    EXPECT_TRUE(wait_until(*process, [&] { return !ask(socket(), "GET", "/healthz").empty(); }));
    return process;
  }
  [[nodiscard]] std::filesystem::path state() const { return dir / "state"; }
  [[nodiscard]] std::filesystem::path socket() const { return state() / "socket"; }
  [[nodiscard]] Value sweeps() const {
    const std::string answer = ask(socket(), "GET", "/api/v1/sweeps");
    const auto body = answer.find("\r\n\r\n");
    return body == std::string::npos ? Value::array() : Value::parse(answer.substr(body + 4)).at("sweeps");
  }
  [[nodiscard]] std::int64_t ended_trials() const {
    std::int64_t ended = 0;
    for (const Value& sweep : sweeps()) {
      ended += sweep["trials"]["completed"].get<std::int64_t>() + sweep["trials"]["stopped"].get<std::int64_t>();
    }
    return ended;
  }
  [[nodiscard]] bool all_finished() const {
    const Value all = sweeps();
    return !all.empty() &&
           std::all_of(all.begin(), all.end(), [](const Value& sweep) { return sweep["state"] == "finished"; });
  }

  TempDir dir;
};

}  // namespace winnow::test
