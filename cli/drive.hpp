/// A sweep that runs in the foreground: signals, what is printed meanwhile, the summary, and the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <winnow/engine/run.hpp>
#include <winnow/session/session.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow::cli {

struct DriveArgs {
  int slots = 0;  ///< 0: as the file says
  bool json = false;
  bool quiet = false;
  std::optional<std::uint64_t> min_free{};  ///< bytes
};

/// What the slots will run, and where.
struct Prepared {
  MadeTrainer trainer;
  Places places;
};
/// From here on signals ask for an orderly end. `slots`: as in `DriveArgs`; `started_from`: as in `Surroundings`.
Result<Prepared> prepare(const SweepSpec& spec, const std::filesystem::path& base, int slots,
                         const std::filesystem::path& started_from = {});

/// Runs it to its end; returns the exit code.
int drive(Session session, Prepared prepared, const DriveArgs& args, bool resumed);
/// What came of it; returns the exit code.
int finish(const Outcome& outcome, const DriveArgs& args);

/// Where a new run goes.
struct NewRun {
  std::string file;  ///< what messages call the sweep file
  std::filesystem::path root;
  std::optional<std::uint64_t> seed{};   ///< if the file has none
  std::filesystem::path started_from{};  ///< as in `Surroundings`
};
/// Makes and drives a new run; returns the exit code.
int start(const SweepFile& file, const NewRun& run, const DriveArgs& args);

}  // namespace winnow::cli
