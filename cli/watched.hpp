/// What `winnow watch` and `winnow top` know of a sweep of a daemon, and how they show it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow::cli {

/// What the daemon said of it, time after time.
class Watched {
public:
  /// `now`: seconds on a clock that nobody sets. Later each time.
  void note(const Value& sweep, double now);

  /// As it was said last.
  [[nodiscard]] const Value& sweep() const { return sweep_; }
  [[nodiscard]] std::string text(const char* key) const { return sweep_.value(key, std::string()); }
  /// Why it is as it is, and while it runs, or if it came to nothing, what is to be looked at; empty: nothing.
  [[nodiscard]] std::string why() const;
  /// Trials in a state: `running`; 0 where nothing is said of it.
  [[nodiscard]] std::int64_t trials(const char* state) const;
  /// Those that have ended well: completed or stopped.
  [[nodiscard]] std::int64_t done() const { return trials("completed") + trials("stopped"); }
  /// How many trials it ends after; nullopt: nobody knows.
  [[nodiscard]] std::optional<std::int64_t> cap() const;
  /// `12/100`, or `12` where nobody knows of how many.
  [[nodiscard]] std::string done_text() const;
  [[nodiscard]] std::optional<double> best() const;
  /// The best values since it is watched, one for each time; when they are many, for every second time, and so on.
  [[nodiscard]] std::span<const double> bests() const { return bests_; }
  /// Over the last minute or less; 0 if that can't be said yet.
  [[nodiscard]] double reports_a_second() const;
  /// By the trials that ended while it was watched; nullopt: it can't be said, or nobody knows how many are to come.
  [[nodiscard]] std::optional<double> seconds_left() const;

private:
  struct Point {
    double at = 0;
    std::int64_t reports = 0;
    std::int64_t ended = 0;
  };

  Value sweep_ = Value::object();
  std::vector<Point> points_;  ///< of the last minute; the first of all stays at `first_`
  std::optional<Point> first_;
  std::vector<double> bests_;
  std::size_t every_ = 1;    ///< so many times are one of `bests_`
  std::size_t skipped_ = 0;  ///< of them since the last one
};

/// None wider than `width`.
std::vector<std::string> watch_lines(const Watched& watched, std::size_t width);

/// A table of those that are there, the ones that run first, at most `rows` lines in all. `place`: whose they are;
/// where the line is too short it is cut first.
std::vector<std::string> top_lines(const std::map<std::string, Watched>& sweeps, const std::string& place,
                                   std::size_t width, std::size_t rows);

/// For a pipe: `digits: running, 3 run, 12/100 done, 0 failed, best 0.123`.
std::string watch_line(const Watched& watched);

}  // namespace winnow::cli
