/// What a run directory stands on: the kind of its file system, and how much room is left (docs/semantics.md, "One
/// directory, one sweep").
///
/// Processes share a ledger through memory that is mapped from a file. On a network file system that memory isn't the
/// same on two hosts, so there the ledger is opened by one process alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger.hpp>

namespace winnow {

/// The name of a network file system by its number in statfs(2), for messages; none: another file system.
std::optional<std::string_view> network_name(std::int64_t magic);

/// The same for the file system of `path`; of what is above it, if it isn't there.
Result<std::optional<std::string_view>> network_file_system(const std::filesystem::path& path);

/// Bytes that may still be written to the file system of `path` (or of what is above it) by who isn't root.
Result<std::uint64_t> free_bytes(const std::filesystem::path& path);

struct LockingChoice {
  Locking locking = Locking::shared;
  std::string warning;  ///< for the user; empty: nothing to say
};

/// How the ledger in `dir` is to be opened: as the environment variable WINNOW_LEDGER_LOCKING says (`shared`,
/// `exclusive`, or `auto`, the default: exclusive on a network file system). Another value: `invalid_input`.
Result<LockingChoice> choose_locking(const std::filesystem::path& dir);

}  // namespace winnow
