/// Sweeps of programs, and what is left of them in the machine.
#pragma once

#include "support.hpp"

namespace winnow::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline std::string nasty_program() {
  return std::string(WINNOW_BINARY_DIR) + "/lib/test_programs/wnw_nasty";
}

/// What was started with MARK in its environment, or died and wasn't waited for: one line each.
inline std::vector<std::string> remains(const std::string& mark) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string number = entry.path().filename();
    if (number.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = text_of(entry.path() / "environ");
    const std::string status = text_of(entry.path() / "status");
    const bool marked = environment.find("MARK=" + mark) != std::string::npos;
    const bool zombie =
        status.find("Name:\twnw_nasty") != std::string::npos && status.find("State:\tZ") != std::string::npos;
    if (marked || zombie) found.push_back(number + ": " + status.substr(0, status.find("\nTgid")));
  }
  return found;
}

/// Of these, the worker processes of `isolation: process` that train.
inline std::vector<pid_t> workers_of(const std::string& mark) {
  std::vector<pid_t> found;
  for (const std::string& line : remains(mark)) {
    if (line.find("wnw-trial") != std::string::npos) found.push_back(std::stoi(line));
  }
  return found;
}

/// None within the time; what is left otherwise.
inline std::vector<std::string> remains_after(const std::string& mark, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  auto left = remains(mark);
  while (!left.empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(20ms);
    left = remains(mark);
  }
  return left;
}

struct Sweep {
  explicit Sweep(std::string name) : mark(name + std::to_string(::getpid())) {}

  /// A trial for each of the nasty program's modes.
  fs::path write_modes(const std::vector<std::string>& modes, const std::string& more) {
    std::string values;
    for (const std::string& mode : modes) values += (values.empty() ? "" : ", ") + mode;
    return write(dir / "sweep.yaml",
                 "name: nasty\nmethod: grid\nmetric: {name: loss, goal: minimize}\n"
                 "parameters:\n  mode: {values: [" +
                     values + "]}\ncommand: [" + nasty_program() +
                     ", \"${args_no_hyphens}\"]\nprocess: {env: {MARK: " + mark + "}}\n" + more);
  }
  fs::path write_bash(const std::string& script, const std::string& more) {
    write(dir / "trial.sh", script);
    return write(dir / "sweep.yaml",
                 "name: bash\nmethod: random\nseed: 5\nmetric: {name: loss, goal: minimize}\n"
                 "parameters:\n  x: {min: 0.0, max: 1.0}\ncommand: [bash, trial.sh, \"${args_no_hyphens}\"]\n"
                 "process: {env: {MARK: " +
                     mark + ", PATH: \"" + WINNOW_BINARY_DIR + "/bin:/usr/local/bin:/usr/bin:/bin\"}}\n" + more);
  }
  [[nodiscard]] fs::path run() const { return dir / "run"; }

  std::string mark;
  TempDir dir;
};

}  // namespace winnow::test
