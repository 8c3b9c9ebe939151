/// The runs of one directory that somebody looks at: few at a time, and none for long, so that a run costs memory while
/// it is looked at only.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/session/sweep_view.hpp>

namespace winnow {

/// Any thread may call it.
class SweepViews {
public:
  using Clock = std::chrono::steady_clock;
  struct Limits {
    std::size_t kept = 8;             ///< the one that wasn't looked at for longest goes
    std::chrono::seconds unused{60};  ///< one that wasn't looked at for so long goes
  };

  /// `parent` has the run directories, each under its sweep's id.
  explicit SweepViews(std::filesystem::path parent, Limits limits) : parent_(std::move(parent)), limits_(limits) {}
  explicit SweepViews(std::filesystem::path parent) : SweepViews(std::move(parent), Limits()) {}

  /// Fails with `unknown_sweep` where there is none of that id, else as `SweepView::open`.
  Result<std::shared_ptr<SweepView>> open(const std::string& id, Clock::time_point now = Clock::now());
  /// To be called now and then.
  void drop_unused(Clock::time_point now = Clock::now());
  [[nodiscard]] std::size_t kept() const;

private:
  struct Kept {
    std::shared_ptr<SweepView> view;
    Clock::time_point used;
  };
  const std::filesystem::path parent_;
  const Limits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Kept, std::less<>> kept_;
};

/// Where the run of that id is. Fails with `unknown_sweep` where there is none.
Result<std::filesystem::path> run_of(const std::filesystem::path& parent, const std::string& id);

}  // namespace winnow
