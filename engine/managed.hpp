/// What a house with many sweeps knows of one of them, as a value, and the little file beside its ledger in which that
/// stands while it is at rest: so a finished sweep costs no memory, and no ledger is read to list it.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

enum class SweepState {
  running,   ///< its trials run, or wait for slots
  paused,    ///< by command, or by itself: at rest when nothing runs any more
  finished,  ///< nothing is left to do; a setting may change that
  damaged,   ///< it can't be opened: `why`
};
inline constexpr std::array kSweepStates{SweepState::running, SweepState::paused, SweepState::finished,
                                         SweepState::damaged};
std::string_view to_string(SweepState state);
/// Nothing, where it is no state's name.
std::optional<SweepState> sweep_state(std::string_view name);

inline constexpr double kLeastWeight = 0.001;
inline constexpr double kMostWeight = 1000;

/// What part of the house a sweep may have (actors/fair_share.hpp).
struct SweepShare {
  double weight = 1;  ///< kLeastWeight to kMostWeight
  int priority = 0;   ///< a higher one goes first
  int slots = 0;      ///< at most; 0: as many as it may by itself
  bool operator==(const SweepShare&) const = default;
};

/// Settings of a sweep file with new values, in order: `budget.wall`, `run_cap` (spec/settings.hpp).
using SettingValues = std::vector<std::pair<std::string, Value>>;

struct SweepInfo {
  std::string id{};      ///< the name of its directory
  std::string name{};    ///< as its file says
  std::string metric{};  ///< the first of those that it is judged by; empty: none
  bool asked = false;    ///< its trials are trained by its clients, who ask for them
  SweepState state = SweepState::running;
  std::string why{};        ///< it paused or finished, or what is wrong with it
  bool stopping = false;    ///< it runs, and finishes when its running trials have ended
  bool fell_short = false;  ///< it finished with nothing to show (sweep/best.hpp)
  std::string notice{};     ///< what its owner should look at
  SweepShare share{};
  double created = 0;                     ///< seconds since 1970
  std::string key{};                      ///< of who created it: it is made once, however often that is asked for
  std::int64_t last_seq = 0;              ///< of its ledger
  std::optional<std::int64_t> run_cap{};  ///< trials that it ends after; none: something else ends it
  SweepCounts counts{};
  std::optional<BestTrial> best{};
  Assignment best_params{};
};

/// Fails with `invalid_input` and the field: a weight out of its range, slots below 0.
Result<void> check(const SweepShare& share);

OrderedJson to_json(const SweepInfo& info);
Result<SweepInfo> sweep_info_of(const OrderedJson& json);

/// What a sweep that is open or has been folded says of itself.
void describe(const Sweep& sweep, SweepInfo& info);
/// The same from its ledger, kept in its summary, which is to be written after the ledger was. Fails as recover does.
Result<void> sum_up(const std::filesystem::path& root, SweepInfo& info);

/// When the run was begun, by its first event, in seconds since 1970; 0 where that can't be read.
double begun_at(const std::filesystem::path& root);

/// Nothing of it can go on by itself: its clients have trained what they asked for.
bool waits_for_clients(const SweepInfo& info);

/// A sweep in a directory of sweeps.
struct Found {
  SweepInfo info{};
  bool rests = false;  ///< its summary says so, and its ledger hasn't changed since
};
/// What holds no run is passed over. Fails with `io` where the directory can't be read.
Result<std::vector<Found>> find_sweeps(const std::filesystem::path& directory);

/// `summary.json` in the run's directory, with what tells whether the ledger has changed since.
Result<void> write_summary(const std::filesystem::path& root, const SweepInfo& info);

}  // namespace winnow
