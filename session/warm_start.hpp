/// What earlier runs know that a new sweep can use (`winnow run --from DIR`; docs/semantics.md, "Samplers").
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// What came of one run's trials.
struct PriorRun {
  std::filesystem::path root;
  std::vector<PriorTrial> trials{};    ///< that fit
  std::int64_t unended = 0;            ///< left out: they haven't ended
  std::int64_t outside = 0;            ///< left out: a parameter is missing or has a value that this space doesn't hold
  std::string example{};               ///< of those, for people: `lr: 3.0 is outside`
  std::vector<std::string> without{};  ///< metrics of the new sweep that the run has none of: nothing fits
};

/// Reads the run at `root`; it isn't changed. A trial fits if it has ended and each parameter that the new space has
/// for it has a value there; its other parameters are left out, a constant needs none. Values are by the metrics'
/// names.
Result<PriorRun> prior_run(const std::filesystem::path& root, const SweepSpec& spec);

/// `runs/a: 40 of 52 trials (9 haven't ended, 3 don't fit: lr: 3.0 is outside)`
std::string to_string(const PriorRun& run);

}  // namespace winnow
