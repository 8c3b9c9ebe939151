#include <winnow/cli/found_run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include <winnow/base/file.hpp>
#include <winnow/cli/scratch.hpp>
#include <winnow/core/shell.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow::cli {
namespace {

namespace fs = std::filesystem;

/// A copy of a large ledger is made before its first byte comes, and others may wait for theirs.
constexpr std::chrono::minutes kCopyPatience{10};

Result<void> fetch_ledger(const DaemonPlace& place, const std::string& id, const fs::path& file) {
  std::ofstream out(file, std::ios::binary);
  const auto cannot_write = [&] { return posix::failed(file, "can't be written"); };
  if (!out) return cannot_write();
  const auto answer = stream_from_daemon(
      place, {.target = fmt::format("/api/v1/sweeps/{}/ledger", percent_encoded(id)), .patience = kCopyPatience},
      [&](std::string_view part) -> Result<void> {
        if (!out.write(part.data(), static_cast<std::streamsize>(part.size()))) return cannot_write();
        return {};
      });
  if (!answer) return fail(answer.error());
  out.close();
  return out ? Result<void>() : cannot_write();
}

bool is_directory_here(const RunChoice& choice) {
  if (choice.daemon.is_made()) return false;
  std::error_code ignored;
  const fs::path path = choice.named;
  return path.has_parent_path() || fs::exists(RunDir{path}.ledger(), ignored);
}

/// The directory of a sweep in the state directory of a daemon with that socket, where both are here; nothing where
/// they aren't.
Result<std::optional<fs::path>> directory_beside(const fs::path& socket, const std::string& named) {
  const fs::path sweeps = socket.parent_path() / "sweeps";
  std::error_code failed;
  std::vector<std::string> ids;
  fs::directory_iterator it(sweeps, failed);
  for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
    std::string id = it->path().filename().string();
    if (fs::exists(RunDir{it->path()}.ledger(), failed)) ids.push_back(std::move(id));
  }
  if (failed) return std::nullopt;
  std::sort(ids.begin(), ids.end());
  auto id = the_one_of(ids, named);
  if (!id) return fail(id.error());
  return sweeps / *id;
}

Result<RunSpot> of_daemon(const DaemonPlace& place, const std::string& named) {
  if (!place.socket.empty()) {
    auto own = directory_beside(place.socket, named);
    if (!own) return fail(own.error());
    if (*own) return RunSpot{.directory = **own};
  }
  auto sweep = daemon_sweep(place, named);
  if (!sweep) return fail(sweep.error());
  return RunSpot{.daemon = place, .sweep = std::move(*sweep)};
}

Result<FoundRun> fetched(const RunSpot& spot, const DaemonChoice& daemon) {
  const std::string id = spot.sweep.at("id");
  const auto file = scratch_ledger();
  if (!file) return fail(file.error());
  if (auto done = fetch_ledger(spot.daemon, id, *file); !done) return fail(done.error());
  FoundRun run{.place = {file->parent_path(), id, option_of(daemon)}};
  const std::string state = spot.sweep.at("state");
  if (state == "running" || state == "paused") run.run_by = "winnowd at " + spot.daemon.name();
  return run;
}

}  // namespace

std::string option_of(const DaemonChoice& daemon) {
  if (!daemon.url.empty()) return "--url " + shell_word(daemon.url);
  return daemon.context.empty() ? "" : "--context " + shell_word(daemon.context);
}

Result<RunSpot> spot_of(const RunChoice& choice) {
  if (is_directory_here(choice)) return RunSpot{.directory = choice.named};
  const auto place = daemon_place(choice.daemon);
  if (!place) return fail(place.error());
  auto spot = of_daemon(*place, choice.named);
  if (spot || choice.daemon.is_made()) return spot;
  std::error_code ignored;
  const bool nobody = spot.error().code == errc::io && !place->socket.empty() && !fs::exists(place->socket, ignored);
  if (!nobody && spot.error().code != errc::unknown_sweep) return spot;
  if (fs::exists(choice.named, ignored)) return RunSpot{.directory = choice.named};  // says what it lacks
  return fail(errc::invalid_input, fmt::format("{}: there is no such directory, nor a sweep of that name {} {}",
                                               choice.named, nobody ? "in the folder of" : "at", place->name()));
}

Result<FoundRun> find_run(const RunChoice& choice) {
  const auto spot = spot_of(choice);
  if (!spot) return fail(spot.error());
  if (spot->directory.empty()) return fetched(*spot, choice.daemon);
  return FoundRun{.place = spot->directory, .run_by = DirLock::owner(RunDir{spot->directory})};
}

}  // namespace winnow::cli
