/// kill -9 in the middle of a sweep, again and again.
#pragma once

#include <random>

#include "support.hpp"

namespace winnow::test {

inline std::size_t events_so_far(const std::filesystem::path& dir) {
  return std::filesystem::exists(dir / "ledger.db") ? events_of(dir).size() : 0;
}

/// Kills the sweep `times` times, each some `step` events after the last time, and lets it end.
inline void kill_and_resume(const std::filesystem::path& file, const std::filesystem::path& dir, int times,
                            unsigned step) {
  std::mt19937 rng(20261128);
  for (int kills = 0; kills < times; ++kills) {
    const std::size_t until = events_so_far(dir) + step / 2 + rng() % step;
    const std::vector<std::string> args =
        std::filesystem::exists(dir / "ledger.db")
            ? std::vector<std::string>{winnow_program(), "resume", dir.string(), "--quiet"}
            : std::vector<std::string>{winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"};
    Process process(args);
    while (process.running() && events_so_far(dir) < until) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    process.kill(SIGKILL);
    const Finished end = process.wait();
    ASSERT_EQ(end.signal, SIGKILL) << "the sweep ended after " << kills << " kills: " << end.out << end.err;
  }
  const Finished last = winnow({"resume", dir.string(), "--quiet"});
  EXPECT_EQ(last.code, 0) << last.out << last.err;
}

}  // namespace winnow::test
