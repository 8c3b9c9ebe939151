/// The settings of `winnowd`: one YAML file, each key of which is an option of the command line, too, which wins
/// (docs/daemon.md, "Settings").
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <winnow/cli/daemon/log.hpp>
#include <winnow/core/result.hpp>
#include <winnow/server/http_options.hpp>
#include <winnow/space/document.hpp>
#include <winnow/trainers/allowance.hpp>

namespace winnow::cli {

inline constexpr std::int64_t kMostMebibytes = std::int64_t{1} << 40;

struct Settings {
  std::filesystem::path directory{};  ///< the state directory
  int slots = 0;                      ///< 0: one a core
  std::int64_t min_free = 256;        ///< MiB of disk below which no trial starts
  std::int64_t uploads = 1024;        ///< MiB of files that were sent ahead of their sweeps; 0: none are taken
  server::HttpOptions http{};
  LogSettings log{};
  std::optional<Allowance> allow{};  ///< none: sweeps may run whatever the daemon's user can
};

/// Where a file is looked for that isn't named: in the user's configuration folder, then in /etc/winnow. Empty: there
/// is none.
std::filesystem::path usual_settings_file();

/// Fails with `invalid_input` where it can't be read or where others may write to it: it says what is run, and for
/// whom.
Result<Document> open_settings(const std::filesystem::path& file);

/// What the file says, put over `settings`; relative paths start in its folder. Fails with `file:line:column: key: …`.
Result<void> read_settings(const Document& document, Settings& settings);

/// Whether they fit together (server/http_server.hpp, `check`). `document`: whose line an error names, if the key is
/// there; null: none.
Result<void> check(const Settings& settings, const Document* document);

/// A file that says the same, each key in it.
std::string settings_text(const Settings& settings);

/// The keys of what `next` has otherwise and a running daemon can't take.
std::vector<std::string> keys_for_restart(const Settings& running, const Settings& next);

}  // namespace winnow::cli
