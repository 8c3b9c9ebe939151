/// What an attempt of a trial printed: a file of its own, as long as it ran as a process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <winnow/base/fd.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/session/sweep_view.hpp>

namespace winnow {

struct AttemptLog {
  std::shared_ptr<SweepView> view;
  TrialId trial = 0;
  Attempt attempt = 0;
  std::filesystem::path file{};

  /// The attempt is under way.
  [[nodiscard]] Result<bool> goes_on() const;
};

/// `attempt`: none: the newest. `rank`: of several processes that train a trial together. Fails with `unknown_trial`
/// where there is no such trial or attempt.
Result<AttemptLog> attempt_log(std::shared_ptr<SweepView> view, TrialId trial, std::optional<std::int64_t> attempt,
                               std::int64_t rank = 0);

/// The log as it is now. Fails with `unknown_trial` where nothing was printed.
Result<Fd> open_log(const AttemptLog& log);
Result<std::uint64_t> size_of_log(const Fd& file);
/// Less where the file ends before.
Result<std::string> read_log(const Fd& file, std::uint64_t first, std::size_t size);

/// A log from a place on, as it comes.
class LogFollower {
public:
  /// `offset`: bytes; below 0: so many before the end that the log has at first.
  LogFollower(AttemptLog log, std::int64_t offset) : log_(std::move(log)), offset_(offset) {}

  /// Empty: there is nothing new, or nothing will be (`over`).
  Result<std::string> next();
  [[nodiscard]] bool over() const { return over_; }

private:
  AttemptLog log_;
  std::int64_t offset_;
  Fd file_{};
  bool over_ = false;
};

}  // namespace winnow
