/// How a trial's checkpoints stand in its directory, and how they come and go: by one rename each. What is being made,
/// replaced or removed has a hidden name, so that a crash leaves no half of it in sight.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <winnow/storage/checkpoint_manifest.hpp>
#include <winnow/storage/posix_file.hpp>

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

inline fs::path hidden(const fs::path& dir, std::string_view prefix) {
  return dir.parent_path() / (std::string(prefix) + dir.filename().string());
}

/// Moved out of sight first, so that a crash leaves no half of it.
inline void remove_hidden(const fs::path& dir) {
  std::error_code error;
  const fs::path gone = hidden(dir, kGone);
  fs::remove_all(gone, error);
  fs::rename(dir, gone, error);
  if (!error) fs::remove_all(gone, error);
}

inline std::optional<Step> first_whole(const fs::path& trial_dir, const std::vector<Manifest>& candidates,
                                       std::vector<std::string>* warnings) {
  for (const Manifest& m : candidates) {
    const auto whole = verify(trial_dir / directory_name(m.step), m);
    if (whole) return m.step;
    if (warnings != nullptr) warnings->push_back(whole.error().message);
  }
  return std::nullopt;
}

inline Result<void> make_directory(const fs::path& dir) {
  if (fs::is_directory(dir)) return {};
  fs::create_directories(dir);
  return posix::sync_parent(fs::absolute(dir));
}

/// What the trainable wrote, on the disk, and its length and checksum.
inline Result<Sum> sync_state(const fs::path& made) {
  const fs::path state = made / kState;
  if (!fs::is_regular_file(state)) {
    return fail(errc::trial_failed, state.string() + ": the trainable's save left no file there");
  }
  if (auto synced = posix::sync(state); !synced) return fail(synced.error());
  return sum_of(state);
}

inline Result<void> seal(const fs::path& made, const Manifest& manifest) {
  if (auto written = posix::write_file(made / kManifest, to_text(manifest)); !written) return written;
  return posix::sync(made);
}

/// Leaves these steps' checkpoints alone, and nothing else: not those either that are damaged and count no more.
inline void remove_others(const fs::path& trial_dir, const std::vector<Step>& kept) {
  std::error_code error;
  if (!fs::is_directory(trial_dir, error)) return;
  std::vector<fs::path> others;
  for (const auto& entry : fs::directory_iterator(trial_dir)) {
    const std::string name = entry.path().filename().string();
    const auto is_name = [&](Step step) { return name == directory_name(step); };
    if (name.starts_with(kStep) && std::none_of(kept.begin(), kept.end(), is_name)) others.push_back(entry.path());
  }
  for (const fs::path& other : others) remove_hidden(other);
  fs::remove(trial_dir, error);  // if it is empty
}

/// The number in `trial-3`.
inline std::optional<TrialId> trial_of(const fs::path& dir) {
  const std::string name = dir.filename().string();
  if (!name.starts_with(kTrial)) return std::nullopt;
  TrialId trial = 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + kTrial.size(), end, trial);
  return read.ec == std::errc() && read.ptr == end ? std::optional(trial) : std::nullopt;
}

/// Removes hidden directories, but puts an old checkpoint back whose replacement never came.
inline void clean(const fs::path& trial_dir) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(trial_dir)) paths.push_back(entry.path());
  for (const fs::path& path : paths) {
    const std::string name = path.filename().string();
    const bool old = name.starts_with(kOld);
    if (const fs::path dir = trial_dir / name.substr(old ? kOld.size() : 0); old && !fs::exists(dir)) {
      fs::rename(path, dir);
    } else if (old || name.starts_with(kNew) || name.starts_with(kGone)) {
      fs::remove_all(path);
    }
  }
}

}  // namespace winnow::checkpoint
