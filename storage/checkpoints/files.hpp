/// How a trial's checkpoints stand in its directory, and how they come and go: by one rename each. What is being made,
/// replaced or removed has a hidden name, so that a crash leaves no half of it in sight.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/storage/checkpoints/manifest.hpp>

namespace winnow::checkpoint {

namespace fs = std::filesystem;

inline constexpr std::string_view kTrial = "trial-";
inline constexpr std::string_view kNew = ".new-";    // being made
inline constexpr std::string_view kOld = ".old-";    // being replaced: goes back if the new one never came
inline constexpr std::string_view kGone = ".gone-";  // being removed

/// Runs `body`, which returns a Result, and turns exceptions of std::filesystem into errors.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const fs::filesystem_error& e) {
    return fail(errc::io, fmt::format("{}: {}", e.path1().string(), e.code().message()));
  }
}

fs::path hidden(const fs::path& dir, std::string_view prefix);

/// Moved out of sight first, so that a crash leaves no half of it.
void remove_hidden(const fs::path& dir);

std::optional<Step> first_whole(const fs::path& trial_dir, const std::vector<Manifest>& candidates,
                                std::vector<std::string>* warnings);

Result<void> make_directory(const fs::path& dir);

/// What the trainable wrote, on the disk, and its length and checksum.
Result<Sum> sync_state(const fs::path& made);

/// The same files in another checkpoint's directory, but for its manifest. They are never written again: a hard link
/// each is enough, a copy where the file system has none. Throws fs::filesystem_error.
Result<void> link_files(const fs::path& from, const fs::path& to);

Result<void> seal(const fs::path& made, const Manifest& manifest);

/// Leaves these steps' checkpoints alone, and nothing else: not those either that are damaged and count no more.
void remove_others(const fs::path& trial_dir, const std::vector<Step>& kept);

/// The number in `trial-3`.
std::optional<TrialId> trial_of(const fs::path& dir);

/// Removes hidden directories, but puts an old checkpoint back whose replacement never came.
void clean(const fs::path& trial_dir);

}  // namespace winnow::checkpoint
