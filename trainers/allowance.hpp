/// What a sweep that somebody else brings may run, and from where (docs/security.md, "What a sweep may run"): for a
/// daemon whose administrator says so.
///
/// All that a sweep file names must lie in one of some folders: the folder that its relative paths start in and the one
/// that its program starts in, the program, a trainer's module, the files among a trainer's options, the file of a
/// space. The program that a command starts lies there, too, or is one of some others; `${interpreter} ${program}`
/// counts as the program. Symbolic links and `..` are resolved first. It guards against what isn't meant to be run; it
/// is no sandbox.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

struct Allowance {
  std::vector<std::filesystem::path> folders{};   ///< absolute
  std::vector<std::filesystem::path> programs{};  ///< absolute; each may be given any arguments
  bool operator==(const Allowance&) const = default;
};

/// What the sweep file names that would be read before it is understood: call it first. `base`: the folder that
/// relative paths start in. Fails with `invalid_input` and what isn't allowed; so does the next.
Result<void> check_allowed(const Allowance& allowance, const Document& sweep_file, const std::filesystem::path& base);
/// Everything else. Fails as `make_trainer` as well, where a program has no folder to start in.
Result<void> check_allowed(const Allowance& allowance, const SweepSpec& spec, const std::filesystem::path& base);

}  // namespace winnow
