/// What a house with many sweeps looks to now and then: room on its disk, sweeps that are to be opened once more,
/// directories that are to go, and whether the clock was set. A value: the caller has the time, and measures the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/engine/disk_guard.hpp>

namespace winnow {

class Upkeep {
public:
  static constexpr double kPeriod = 2;  ///< seconds between two looks

  /// `sweeps` is on the disk; `min_free` in bytes, 0: never low.
  Upkeep(std::filesystem::path sweeps, std::uint64_t min_free)
      : sweeps_(std::move(sweeps)), min_free_(min_free), guard_(min_free, DiskGuard::Most::pause) {}

  struct Findings {
    std::optional<bool> may_start{};     ///< whether trials may start, where that has changed
    std::vector<std::string> due{};      ///< broken sweeps that may be opened again
    std::vector<std::string> notices{};  ///< for the log
  };
  [[nodiscard]] bool is_due(double steady) const { return steady >= next_; }
  /// `steady`, `wall`: seconds by the steady clock, and since 1970; `free`: bytes, if they could be measured. What is
  /// due stays so until it is `broken` again or `mended`.
  Findings look(double steady, double wall, std::optional<std::uint64_t> free);

  /// The system refused what the sweep needs, and may grant it later: after kPeriod, then after twice as long each
  /// time, a minute at most.
  void broken(const std::string& sweep, double steady) { try_again(sweep, steady, true); }
  /// Another process has it, which is no fault: it is tried as often.
  void taken(const std::string& sweep, double steady) { try_again(sweep, steady, false); }
  void mended(const std::string& sweep) { broken_.erase(sweep); }
  /// Those that the system refused.
  [[nodiscard]] std::vector<std::string> broken() const;

  /// Why nothing may start; none: it may.
  [[nodiscard]] const std::optional<std::string>& low_disk() const { return low_disk_; }

  /// Removes a directory, now or at one of the next looks.
  void doom(const std::filesystem::path& root);

private:
  struct Retry {
    double at = 0;
    double wait = 0;
    bool refused = false;  ///< by the system
  };
  void try_again(const std::string& sweep, double steady, bool refused);
  void look_at_disk(std::uint64_t free, Findings& found);
  void look_at_clock(double steady, double wall, Findings& found);
  void remove_doomed();

  std::filesystem::path sweeps_;
  std::uint64_t min_free_;
  DiskGuard guard_;
  double next_ = 0;
  std::optional<std::string> low_disk_{};
  std::map<std::string, Retry> broken_{};
  std::vector<std::filesystem::path> doomed_{};
  std::optional<double> ahead_{};  ///< of the wall clock before the steady one
};

}  // namespace winnow
