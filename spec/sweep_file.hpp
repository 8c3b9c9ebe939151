/// A sweep file as it is read: its text, and what the text says.
#pragma once

#include <filesystem>
#include <string>

#include <winnow/space/document.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// The sweep file as read, with its text.
struct SweepFile {
  ParsedSpec parsed;
  std::string text;
  std::filesystem::path path;
};

/// Reads and checks a sweep file. A space that it names by its path (`space: {optuna: space.json}`) is taken in: the
/// text has it then, as JSON. Fails with `invalid_input`; see parse_spec for the messages.
Result<SweepFile> read_sweep_file(const std::filesystem::path& path);
/// The same for a text that was read and parsed already; `path` is where it stands.
Result<SweepFile> sweep_file_of(std::string text, Document document, const std::filesystem::path& path,
                                Reading reading = Reading::current);

/// The same for a spec that a program put together: it is written down and read again, so that it gets the checks of a
/// file. Relative paths in it are relative to the working directory.
Result<SweepFile> sweep_file_of(const SweepSpec& spec);

}  // namespace winnow
