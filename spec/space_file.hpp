/// What people bring: a sweep file, or nothing but a space, in one of the dialects; as a file of its own or in a Python
/// script. What a bare space lacks is named on the command line, and comes to a complete sweep file, which the run
/// directory keeps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <winnow/space/dialects/dialect.hpp>
#include <winnow/spec/space_options.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {

struct SpaceFile {
  Dialect dialect = Dialect::wandb;
  Space space{};
  Node root{};                          ///< the file as it is
  std::optional<SweepSpec> says{};      ///< of files that say more than a space: what they say
  std::optional<std::string> method{};  ///< and the method that they ask for
  std::vector<std::string> warnings{};
  std::filesystem::path path;
};

using Input = std::variant<SweepFile, SpaceFile>;

/// `dialect`: what a bare space is in, where its shape doesn't say. `options` count in place of what a sweep file says;
/// its text has them then, as JSON. `name`: which of a script's spaces is meant. Fails with `invalid_input`.
Result<Input> read_input(const std::filesystem::path& path, std::optional<Dialect> dialect = {},
                         const SpaceOptions& options = {}, const std::string& name = "",
                         Reading reading = Reading::current);

/// What `winnow run` needs beside the file, as options that do: `--command 'python3 train.py ${args}' --metric …`.
std::string completing_options(const SpaceFile& file);

/// The complete sweep file. Fails with `invalid_input`: one message that lists all that is missing, or what is wrong.
Result<SweepFile> complete(const SpaceFile& file, const SpaceOptions& options);

}  // namespace winnow
