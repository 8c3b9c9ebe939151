/// `winnow submit --with`: files beside a sweep file that are sent to a daemon with it, which may be on another
/// machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <winnow/cli/daemon_client.hpp>
#include <winnow/core/result.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow::cli {

struct ShippedFile {
  std::filesystem::path file{};
  std::string path{};  ///< from the sweep file's folder
  bool executable = false;
};

/// The files that are named, and all in the folders that are; by their paths, each once. A name is looked for in
/// `folder`, the sweep file's, then here. Fails with `invalid_input` for what isn't there, lies outside of `folder`, or
/// is neither file nor folder; in a folder, links to others aren't followed, and are refused.
Result<std::vector<ShippedFile>> shipped_files(const std::vector<std::string>& named,
                                               const std::filesystem::path& folder);

/// Sends them; the upload's id. Where that fails nothing is left there.
Result<std::string> ship(const DaemonPlace& place, const std::vector<ShippedFile>& files);
/// Of an upload that no sweep has taken.
void discard_shipment(const DaemonPlace& place, const std::string& upload);

/// What of a sweep lies in files that the daemon looks for on its own machine: its program, its trainer's module and
/// what its command and its trainer's options name in `folder`; absolute.
std::vector<std::filesystem::path> files_named(const SweepSpec& spec, const std::filesystem::path& folder);

/// Whether the daemon may see other disks than this process.
bool is_elsewhere(const DaemonPlace& place);

}  // namespace winnow::cli
