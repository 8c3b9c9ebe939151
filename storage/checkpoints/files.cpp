#include <winnow/storage/checkpoints/files.hpp>

#include <algorithm>
#include <charconv>
#include <system_error>

#include <winnow/base/file.hpp>

namespace winnow::checkpoint {

fs::path hidden(const fs::path& dir, std::string_view prefix) {
  return dir.parent_path() / (std::string(prefix) + dir.filename().string());
}

void remove_hidden(const fs::path& dir) {
  std::error_code error;
  const fs::path gone = hidden(dir, kGone);
  fs::remove_all(gone, error);
  fs::rename(dir, gone, error);
  if (!error) fs::remove_all(gone, error);
}

std::optional<Step> first_whole(const fs::path& trial_dir, const std::vector<Manifest>& candidates,
                                std::vector<std::string>* warnings) {
  for (const Manifest& m : candidates) {
    const auto whole = verify(trial_dir / directory_name(m.step), m);
    if (whole) return m.step;
    if (warnings != nullptr) warnings->push_back(whole.error().message);
  }
  return std::nullopt;
}

Result<void> make_directory(const fs::path& dir) {
  if (fs::is_directory(dir)) return {};
  fs::create_directories(dir);
  return posix::sync_parent(fs::absolute(dir));
}

Result<Sum> sync_state(const fs::path& made) {
  const fs::path state = made / kState;
  if (!fs::is_regular_file(state)) {
    return fail(errc::trial_failed, state.string() + ": the trainable's save left no file there");
  }
  if (auto synced = posix::sync(state); !synced) return fail(synced.error());
  return sum_of(state);
}

Result<void> link_files(const fs::path& from, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(from)) {
    const fs::path target = to / entry.path().filename();
    if (entry.path().filename() == kManifest) continue;
    if (entry.is_directory() && !entry.is_symlink()) {
      fs::create_directory(target);
      if (auto linked = link_files(entry.path(), target); !linked) return linked;
      continue;
    }
    std::error_code no_links;
    fs::create_hard_link(entry.path(), target, no_links);
    if (!no_links) continue;
    fs::copy(entry.path(), target, fs::copy_options::copy_symlinks);
    if (!entry.is_regular_file()) continue;
    if (auto synced = posix::sync(target); !synced) return synced;
  }
  return posix::sync(to);
}

Result<void> seal(const fs::path& made, const Manifest& manifest) {
  if (auto written = posix::write_file(made / kManifest, to_text(manifest)); !written) return written;
  return posix::sync(made);
}

void remove_others(const fs::path& trial_dir, const std::vector<Step>& kept) {
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

std::optional<TrialId> trial_of(const fs::path& dir) {
  const std::string name = dir.filename().string();
  if (!name.starts_with(kTrial)) return std::nullopt;
  TrialId trial = 0;
  const char* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + kTrial.size(), end, trial);
  return read.ec == std::errc() && read.ptr == end ? std::optional(trial) : std::nullopt;
}

void clean(const fs::path& trial_dir) {
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
