/// Options that say what a bare space lacks: `winnow run space.json --command '…' --metric loss:minimize --trials 20`,
/// or in place of what a sweep file says.
#pragma once

#include <string>

#include <winnow/spec/space_file.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace CLI {
class App;
}

namespace winnow::cli {

struct SpaceArgs {
  std::string dialect;  ///< empty: by the file's shape
  std::string name;     ///< of the space in a script; empty: the only one
  SpaceOptions options;
};

/// `--dialect` and `--space` alone.
void add_dialect_option(CLI::App& command, SpaceArgs& args);
/// `--dialect`, `--space`, `--metric`, `--trials`, `--method`, `--scheduler`, and `--command` where trials are run.
void add_space_options(CLI::App& command, SpaceArgs& args);

/// The dialect that an option names. Fails with `invalid_input`.
Result<Dialect> dialect_of(const std::string& option, const std::string& name);

Result<Input> read_input(const std::string& file, const SpaceArgs& args, Reading reading = Reading::current);
/// A sweep file, in which the options take the place of what it says, or a bare space that they complete.
Result<SweepFile> read_sweep(const std::string& file, const SpaceArgs& args);

}  // namespace winnow::cli
