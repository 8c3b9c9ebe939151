/// Runs a function in several processes: the ranks of a training.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <winnow/core/value.hpp>
#include <winnow/trainers/rank_place.hpp>

#include "../temp_dir.hpp"

namespace winnow::test {

/// What each returned; null: it died.
using SaidByRanks = std::vector<Value>;

struct InRanks {
  int size = 2;
  std::chrono::milliseconds time_limit = std::chrono::seconds(60);
  int killed_at_end = -1;  ///< a rank that doesn't end by itself
  int missing = -1;        ///< a rank that isn't started
};

inline pid_t start_rank(const RankPlace& place, int out, const std::function<Value(const RankPlace&)>& body) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  std::string text;
  try {
    text = Value::array({body(place)}).dump();
  } catch (const std::exception& error) {
    text = Value::array({std::string("threw: ") + error.what()}).dump();
  }
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::_exit(written ? 0 : 1);
}

inline std::string read_all(int in) {
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(in, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(in);
  return text;
}

/// `body` in processes forked from this one, which must not have used LibTorch: it hangs where it was used before a
/// fork.
inline SaidByRanks in_ranks(const InRanks& how, const std::function<Value(const RankPlace&)>& body) {
  const TempDir temp;
  struct Child {
    pid_t pid = -1;
    int in = -1;
  };
  std::vector<Child> children(static_cast<std::size_t>(how.size));
  for (int rank = 0; rank < how.size; ++rank) {
    if (rank == how.missing) continue;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    RankPlace place{.rank = rank, .size = how.size, .init_method = "file://" + (temp.path() / "store").string()};
    place.time_limit = how.time_limit;
    children[static_cast<std::size_t>(rank)] = {start_rank(place, ends[1], body), ends[0]};
    ::close(ends[1]);
  }
  SaidByRanks said(children.size());
  for (std::size_t rank = 0; rank < children.size(); ++rank) {
    if (static_cast<int>(rank) == how.killed_at_end || children[rank].pid < 0) continue;
    const std::string text = read_all(children[rank].in);
    if (!text.empty()) said[rank] = Value::parse(text)[0];
  }
  for (std::size_t rank = 0; rank < children.size(); ++rank) {
    if (children[rank].pid < 0) continue;
    if (static_cast<int>(rank) == how.killed_at_end) {
      ::kill(children[rank].pid, SIGKILL);
      ::close(children[rank].in);
    }
    ::waitpid(children[rank].pid, nullptr, 0);
  }
  return said;
}

}  // namespace winnow::test
