/// What people bring: a sweep file, or nothing but a space, in one of four dialects. What a bare space lacks is named
/// on the command line, and comes to a complete sweep file, which the run directory keeps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <winnow/space/dialects/dialect.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {

struct SpaceFile {
  Dialect dialect = Dialect::wandb;
  Space space{};
  Node root{};  ///< the file as it is
  std::vector<std::string> warnings{};
  std::filesystem::path path;
};

using Input = std::variant<SweepFile, SpaceFile>;

/// `dialect`: what a bare space is in, where its shape doesn't say. Fails with `invalid_input`.
Result<Input> read_input(const std::filesystem::path& path, std::optional<Dialect> dialect = {});

/// What makes a bare space a sweep; empty: not given.
struct SpaceOptions {
  std::string command{};               ///< words as in a shell, with W&B's macros
  std::vector<std::string> metrics{};  ///< `loss:minimize`
  std::optional<std::int64_t> trials{};
  std::string method{};
  std::string scheduler{};    ///< `asha,max_t=27,grace_period=3`
  bool needs_command = true;  ///< false: ask/tell

  [[nodiscard]] bool empty() const {
    return command.empty() && metrics.empty() && !trials && method.empty() && scheduler.empty();
  }
};

/// The complete sweep file. Fails with `invalid_input`: one message that lists all that is missing, or what is wrong.
Result<SweepFile> complete(const SpaceFile& file, const SpaceOptions& options);

}  // namespace winnow
