/// A SigOpt experiment as a sweep: what stands beside its parameters (space/dialects/sigopt.hpp).
///
///   name, project
///   metrics               [{name, objective: maximize (default) | minimize, strategy: optimize (default) | store |
///                         constraint, threshold}], or bare names; one or two are optimised, up to four are constraints
///   observation_budget    how many trials (run_cap); `budget` in version 8; needed with two optimised metrics or
///                         constraints
///   parallel_bandwidth    how many at a time (slots)
///   type                  offline (default) | random
///
/// metadata, tasks and num_solutions mean nothing here and are ignored with a warning; so are strangers, unless they
/// look like a slip of the pen.
#pragma once

#include <optional>
#include <string>

#include <winnow/space/reader.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// Sets what the experiment says: space, metrics and other_metrics, run_cap, slots, name, project; the rest of `spec`
/// stays, and a run_cap that it has counts as the budget. A bare list of parameters sets the space. `path` is where
/// the experiment stands, for messages. Returns the method that `type` asks for, if it does: random.
std::optional<std::string> read_sigopt_experiment(const Node& experiment, SweepSpec& spec, Diagnostics& diagnostics,
                                                  const std::string& path = "");

}  // namespace winnow
