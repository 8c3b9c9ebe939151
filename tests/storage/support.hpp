/// What the tests of storage/ share: a folder that goes away, events from a seed, and a child that can be killed.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/storage/ledger/event_row.hpp>
#include <winnow/sweep/event.hpp>

#include "../temp_dir.hpp"

namespace winnow::test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// A forked process that runs `body(pipe to the parent)`; killed at the latest by destruction.
class Child {
public:
  explicit Child(const std::function<void(int)>& body) {
    int ends[2];
    if (::pipe(ends) != 0) std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      body(ends[1]);
      ::_exit(0);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill();
    ::close(pipe_);
  }
  /// SIGKILL, and waits for the death.
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] int pipe() const { return pipe_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

/// One number through a pipe.
inline void send(int pipe, std::int64_t number) {
  if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(1);
}
inline bool receive(int pipe, std::int64_t& number) {
  return ::read(pipe, &number, sizeof number) == sizeof number;
}

inline bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

/// Equal to the bit, integers and floats apart.
inline bool same(const Value& a, const Value& b) {
  if (a.is_number_float() || b.is_number_float()) {
    return a.type() == b.type() && same(a.get<double>(), b.get<double>());
  }
  if (!a.is_structured() || a.type() != b.type() || a.size() != b.size()) return a == b;
  for (auto i = a.begin(), j = b.begin(); i != a.end(); ++i, ++j) {
    if ((a.is_object() && i.key() != j.key()) || !same(*i, *j)) return false;
  }
  return true;
}

template <class Pairs>
bool same_pairs(const Pairs& a, const Pairs& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

inline bool same(const Event& a, const Event& b) {
  if (a.kind() != b.kind() || !same(a.time, b.time)) return false;
  if (metrics_of(a) != nullptr && !same_pairs(*metrics_of(a), *metrics_of(b))) return false;
  if (params_of(a) != nullptr && !same_pairs(params_of(a)->entries(), params_of(b)->entries())) return false;
  const auto others = [](Event event) {
    event.time = 0;
    std::visit(
        [](auto& what) {
          if constexpr (requires { what.metrics; }) what.metrics.clear();
          if constexpr (requires { what.params; }) what.params = {};
        },
        event.what);
    return event;
  };
  return others(a) == others(b);
}

/// Events with every field at random, of every kind.
class RandomEvents {
public:
  explicit RandomEvents(std::uint64_t seed) : random_(seed) {}

  Event next() {
    Event event;
    event_row::set_kind(event, integer(1, static_cast<std::int64_t>(std::variant_size_v<event::What>)));
    event.time = 1.7e9 + static_cast<double>(integer(0, 1'000'000'000)) / 977;
    event.trial = integer(-1, 1'000'000);
    event.attempt = static_cast<Attempt>(integer(0, 5));
    event.state = static_cast<TrialState>(integer(0, 5));
    event.text = text();
    std::visit([this](auto& what) { fill(what); }, event.what);
    return event;
  }

private:
  template <class What>
  void fill(What& what) {
    if constexpr (requires { what.step; }) what.step = integer(-1, 1'000'000'000'000);
    if constexpr (requires { what.metrics; }) {
      for (auto n = integer(0, 4); n > 0; --n) what.metrics.emplace_back("metric/" + text(), number());
    }
    if constexpr (requires { what.judged; }) what.judged = integer(0, 1) == 1;
    if constexpr (requires { what.verdict; }) what.verdict = static_cast<Verdict>(integer(0, 2));
    if constexpr (requires { what.rung; }) what.rung = static_cast<std::int32_t>(integer(-1, 9));
    if constexpr (requires { what.completed; }) what.completed = integer(0, 1) == 1;
    if constexpr (requires { what.commanded; }) what.commanded = integer(0, 1) == 1;
    if constexpr (requires { what.params; }) {
      for (auto n = integer(0, 3); n > 0; --n) what.params.set("p." + text(), value(2));
    }
    if constexpr (requires { what.seed; }) what.seed = random_();
    if constexpr (requires { what.seen; }) what.seen = integer(0, 1'000'000);
    if constexpr (requires { what.from_step; }) {
      if (integer(0, 1) == 1) what.from_step = integer(0, 1000);
    }
  }
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  double number() { return std::bit_cast<double>(random_()); }  // NaN, infinities and subnormals among them
  std::string text() {
    static const std::vector<std::string> kParts = {"a", "\"", "\\", "/", "\n", "ä", "日", std::string(1, '\0'),
                                                    "'", " "};
    std::string text;
    for (auto n = integer(0, 6); n > 0; --n) text += kParts[static_cast<std::size_t>(integer(0, 9))];
    return text;
  }
  Value value(int depth) {
    switch (integer(0, depth > 0 ? 8 : 6)) {
      case 0: return nullptr;
      case 1: return integer(0, 1) == 1;
      case 2: return -integer(0, 1LL << 62);
      case 3: return random_();
      case 4: return number();
      case 5: return integer(0, 1) == 1 ? HUGE_VAL : 1.0;
      case 6: return text();
      case 7: return Value::array({value(depth - 1), value(depth - 1)});
      default: return Value{{text(), value(depth - 1)}, {"l", value(depth - 1)}};
    }
  }

  std::mt19937_64 random_;
};

}  // namespace winnow::test
