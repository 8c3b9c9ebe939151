/// A Hydra sweeper's file as a sweep: what stands beside its space (space/dialects/hydra.hpp).
///
///   hydra.sweeper:
///     direction      minimize (default) or maximize; a list for several objectives
///     n_trials       how many trials (run_cap); 20 with Optuna's sweeper, as in Hydra
///     n_jobs         how many at a time (slots)
///     sampler        `_target_` names the method, `seed` is the seed; its other arguments are the method's options
///     study_name     the sweep's name
///   optimized_metric the objective's name, in files made after lightning-hydra-template
///
/// `storage` and `max_failure_rate` are ignored with a warning; so are the file's other keys, which Hydra composes into
/// the program's configuration: its command must name them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <winnow/space/reader.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// Sets space, run_cap, slots, name, seed (unless they are given already) and metrics; returns the method.
std::optional<std::string> read_hydra_sweep(const Node& root, SweepSpec& spec, Diagnostics& diagnostics,
                                            const std::string& path = "");

/// The directions that the file names, for metrics that the command line names.
std::vector<Goal> goals_of_hydra(const Node& root);

}  // namespace winnow
