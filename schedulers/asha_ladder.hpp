/// The ladder that both forms of ASHA climb: the resources of the rungs, and which bracket a trial belongs to
/// (docs/semantics.md, "ASHA").
///
/// Bracket s has a rung at each resource grace_period·η^(s+k) below max_t, k = 0, 1, …, made by multiplication: a
/// logarithm would lose 243 = 3⁵. A trial belongs to one bracket, drawn from (seed, trial number) with probability
/// ∝ exp(number of its rungs).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

enum class AshaCompat { none, ray };

struct AshaOptions {
  double max_t = 0;                      ///< required: the resource at which a trial is complete, >= 1
  double grace_period = 1;               ///< the resource of the lowest rung, >= 1 and < max_t
  double reduction_factor = 4;           ///< η > 1: one trial in η passes a rung; at most 1000 rungs may come of it
  int brackets = 1;                      ///< 1 to 1000; those whose rungs would start at max_t or beyond judge nobody
  AshaCompat compat = AshaCompat::none;  ///< of the stopping form
};

/// As in the sweep file, all of them.
Value options_json(const AshaOptions& options, std::string_view variant);

/// Fails with `invalid_option`: the option's name, its range, and what was given.
Result<void> check_ladder(const AshaOptions& options);

/// Resources of bracket `bracket`'s rungs, lowest first; empty where the first would be at max_t or beyond.
std::vector<double> rung_levels(const AshaOptions& options, int bracket);

class BracketDraw {
public:
  /// `rungs`: how many rungs each bracket has.
  BracketDraw(const std::vector<std::size_t>& rungs, std::uint64_t seed);
  [[nodiscard]] std::size_t of(TrialId trial) const;

private:
  std::vector<double> cumulative_;  ///< of the brackets' probabilities
  std::uint64_t seed_;
};

/// Lines for `winnow check`: `bracket 0: rungs 1, 3, 9`, and where a trial is complete.
std::vector<std::string> describe_ladder(const std::vector<std::vector<double>>& levels, double max_t);

}  // namespace winnow
