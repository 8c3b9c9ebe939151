/// Drives the built programs as a user would: arguments, standard input, exit code, what is printed.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <winnow/core/value.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>

#include "../temp_dir.hpp"

extern char** environ;

namespace winnow::test {

inline std::string winnow_program() {
  return std::string(WINNOW_BINARY_DIR) + "/bin/winnow";
}

inline std::filesystem::path write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Finished {
  int code = -1;   ///< exit code
  int signal = 0;  ///< or what killed it
  std::string out;
  std::string err;
};

/// A program that runs; killed at the end of the test if it still does.
class Process {
public:
  Process(const std::vector<std::string>& args, const std::string& input = "",
          std::vector<std::string> environment = {}, bool keep_input_open = false) {
    ::signal(SIGPIPE, SIG_IGN);  // a program that is killed doesn't read to the end
    std::array<int, 2> in{}, out{}, err{};
    EXPECT_EQ(::pipe2(in.data(), O_CLOEXEC) + ::pipe2(out.data(), O_CLOEXEC) + ::pipe2(err.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    std::vector<char*> argv;
    for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
    argv.push_back(nullptr);
    std::vector<char*> env;
    for (std::string& e : environment) env.push_back(e.data());
    for (char** e = environ; *e != nullptr; ++e) {
      const std::string_view name(*e, std::strcspn(*e, "=") + 1);
      const auto has_name = [&](const std::string& other) { return other.starts_with(name); };
      if (std::none_of(environment.begin(), environment.end(), has_name)) env.push_back(*e);
    }
    env.push_back(nullptr);
    EXPECT_EQ(::posix_spawnp(&pid_, args[0].c_str(), &actions, nullptr, argv.data(), env.data()), 0) << args[0];
    posix_spawn_file_actions_destroy(&actions);
    for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
    feeder_ = std::thread([this, fd = in[1], input, keep_input_open] {
      std::size_t done = 0;
      while (done < input.size()) {
        const auto n = ::write(fd, input.data() + done, input.size() - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
      }
      if (keep_input_open) {
        input_ = fd;
      } else {
        ::close(fd);
      }
    });
    readers_[0] = std::thread([this, fd = out[0]] { drain(fd, result_.out); });
    readers_[1] = std::thread([this, fd = err[0]] { drain(fd, result_.err); });
  }
  ~Process() {
    if (pid_ <= 0) return;
    const bool ended = !running();
    ::kill(pid_, SIGKILL);
    const Finished end = wait();
    if (ended && ::testing::Test::HasFailure()) {
      std::fprintf(stderr, "It had ended: code %d, signal %d: %s\n", end.code, end.signal, end.err.c_str());
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill(int signal) const { ::kill(pid_, signal); }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
  }
  Finished wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    feeder_.join();
    if (input_ >= 0) ::close(input_);
    for (std::thread& reader : readers_) reader.join();
    if (WIFEXITED(status)) result_.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    return result_;
  }

private:
  static void drain(int fd, std::string& into) {
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(fd, buffer.data(), buffer.size())) > 0;)
      into.append(buffer.data(), static_cast<std::size_t>(n));
    ::close(fd);
  }

  pid_t pid_ = -1;
  int input_ = -1;  ///< kept open until the end
  Finished result_;
  std::thread feeder_;
  std::array<std::thread, 2> readers_;
};

/// `winnow ARGS…`, to its end.
inline Finished winnow(std::vector<std::string> args, const std::string& input = "",
                       std::vector<std::string> environment = {}) {
  args.insert(args.begin(), winnow_program());
  return Process(args, input, std::move(environment)).wait();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline std::vector<Event> events_of(const std::filesystem::path& dir) {
  std::vector<Event> events;
  const auto ledger = Ledger::open_read_only(RunDir{dir}.ledger());
  if (!ledger) {
    ADD_FAILURE() << ledger.error().message;
    return events;
  }
  const auto read = ledger->read(0, [&](const Event& event) { events.push_back(event); });
  EXPECT_TRUE(read.has_value());
  return events;
}

inline void expect_replays(const std::filesystem::path& dir) {
  const Finished replay = winnow({"replay", dir.string()});
  EXPECT_EQ(replay.code, 0) << replay.out << replay.err;
}

/// Runs Python with the system's interpreter, which has h5py.
inline Finished python(const std::string& script, const std::vector<std::string>& args) {
  std::vector<std::string> command = {"/usr/bin/python3", "-c", script};
  command.insert(command.end(), args.begin(), args.end());
  return Process(command).wait();
}

/// Until it holds, the program has ended, or twenty seconds are over; whether it holds then.
template <class Condition>
bool wait_until(const Process& process, Condition condition) {
  for (int i = 0; i < 2000 && process.running() && !condition(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

/// A sweep whose trainer notes what it was acknowledged (modules/acklog.cpp).
inline std::string acklog_sweep(const std::string& scheduler, int run_cap, int slots, const std::string& more = "") {
  std::ostringstream text;
  text << "name: acklog\nmethod: random\nseed: 11\nmetric: {name: loss, goal: minimize}\n"
       << "parameters:\n  x: {min: 0.0, max: 1.0}\n"
       << "scheduler: " << scheduler << "\n"
       << "trainer: {type: acklog, module: " << WINNOW_BINARY_DIR << "/lib/test_modules/libwinnow_trainer_acklog.so}\n"
       << "run_cap: " << run_cap << "\nslots: " << slots << "\n"
       << more;
  return text.str();
}

/// A small sweep over the built-in learning curves.
inline std::string curve_sweep(int run_cap, double delay = 0, const std::string& more = "") {
  std::ostringstream text;
  text << "name: curve\nmethod: random\nseed: 3\nmetric: {name: loss, goal: minimize}\n"
       << "parameters:\n  asymptote: {min: 0.0, max: 1.0}\n  rate: {min: 0.1, max: 2.0}\n"
       << "scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}\n"
       << "trainer: {type: landscape, function: learning_curve, steps: 9, delay: " << delay << "}\n"
       << "run_cap: " << run_cap << "\n"
       << more;
  return text.str();
}

}  // namespace winnow::test
