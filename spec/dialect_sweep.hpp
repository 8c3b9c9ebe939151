/// What a dialect says of a whole sweep, beside its space: a row for each (docs/semantics.md, "Backends").
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/dialect.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// What a tool does when it is told nothing but a space.
struct DialectDefaults {
  std::string method = "random";
  std::string scheduler = "fifo";
  std::string resource = "step";
  bool stopped_are_eligible = false;  ///< for the best trial
};

struct DialectSweep {
  Dialect dialect = Dialect::wandb;
  std::string_view tool;      ///< the tool's name, for people
  bool in_space_key = false;  ///< may stand below a sweep file's `space`; the others' files are sweep files themselves
  std::string_view arguments = "${args}";  ///< how its programs take their parameters
  bool adds_arguments = false;             ///< they are put behind a command that has none

  /// `objectives`: how many metrics are optimised.
  DialectDefaults (*defaults)(std::size_t objectives) = nullptr;

  /// Reads a file that says more than a space into `spec`; returns the method that it asks for, if it does. Null: its
  /// files say no more.
  std::optional<std::string> (*read)(const Node& root, SweepSpec& spec, Diagnostics& diagnostics,
                                     const std::string& path) = nullptr;

  /// The goals of metrics that the file doesn't name. Null: it says none.
  std::vector<Goal> (*goals)(const Node& root) = nullptr;

  /// Makes of the printed space a file that holds the sweep; the notes say what doesn't come along.
  void (*print)(const SweepSpec& spec, PrintedSpace& converted) = nullptr;
  /// The same where there is no sweep but a space. Null: it is a file as it is.
  void (*print_bare)(PrintedSpace& converted) = nullptr;
};

const DialectSweep& sweep_of(Dialect dialect);

/// `the sampler tpe`, `the scheduler optuna_median`: those of the defaults that the registries lack.
std::vector<std::string> missing_policies(const DialectDefaults& defaults, bool own_method, bool own_scheduler);

}  // namespace winnow
