#include <winnow/storage/checkpoints.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

#include <winnow/storage/checkpoint_manifest.hpp>
#include <winnow/storage/posix_file.hpp>

namespace winnow {

namespace fs = std::filesystem;
using checkpoint::Manifest;

namespace {

constexpr std::string_view kNew = ".new-";    // being made
constexpr std::string_view kOld = ".old-";    // being replaced: goes back if the new one never came
constexpr std::string_view kGone = ".gone-";  // being removed

/// Runs `body`, which returns a Result, and turns exceptions of std::filesystem into errors.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const fs::filesystem_error& e) {
    return fail(errc::io, fmt::format("{}: {}", e.path1().string(), e.code().message()));
  }
}

fs::path hidden(const fs::path& dir, std::string_view prefix) {
  return dir.parent_path() / (std::string(prefix) + dir.filename().string());
}

double rank(const Manifest& m) {
  return std::isfinite(*m.merit) ? *m.merit : -std::numeric_limits<double>::infinity();
}

/// Those with a merit, best first; of equal ones the later first. `saved` is in the order of saving.
std::vector<Manifest> by_merit(const std::vector<Manifest>& saved) {
  std::vector<Manifest> ranked;
  std::copy_if(saved.rbegin(), saved.rend(), std::back_inserter(ranked), [](const Manifest& m) { return m.merit; });
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Manifest& a, const Manifest& b) { return rank(a) > rank(b); });
  return ranked;
}

/// Moved out of sight first, so that a crash leaves no half of it.
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
    const auto whole = checkpoint::verify(trial_dir / checkpoint::directory_name(m.step), m);
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

Result<void> seal(const fs::path& made, Manifest manifest) {
  const fs::path state = made / checkpoint::kState;
  if (!fs::is_regular_file(state)) {
    return fail(errc::trial_failed, state.string() + ": the trainable's save left no file there");
  }
  if (auto synced = posix::sync(state); !synced) return synced;
  const auto sum = checkpoint::sum_of(state);
  if (!sum) return fail(sum.error());
  manifest.size = sum->size;
  manifest.crc = sum->crc;
  if (auto written = posix::write_file(made / checkpoint::kManifest, to_text(manifest)); !written) return written;
  return posix::sync(made);
}

/// Removes hidden directories, but puts an old checkpoint back whose replacement never came.
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

}  // namespace

CheckpointStore::CheckpointStore(fs::path dir, int keep_last, int keep_best)
    : dir_(std::move(dir)), keep_last_(keep_last), keep_best_(keep_best) {}

fs::path CheckpointStore::trial_dir(TrialId trial) const {
  return dir_ / fmt::format("trial-{}", trial);
}

fs::path CheckpointStore::step_dir(TrialId trial, Step step) const {
  return trial_dir(trial) / checkpoint::directory_name(step);
}

fs::path CheckpointStore::path(TrialId trial, Step step) const {
  return step_dir(trial, step) / checkpoint::kState;
}

Result<void> CheckpointStore::save(TrialId trial, Step step, std::optional<double> merit, const Writer& write) {
  return guarded([&]() -> Result<void> {
    if (auto there = make_directory(dir_); !there) return there;
    if (auto there = make_directory(trial_dir(trial)); !there) return there;
    const auto saved = checkpoint::manifests(trial_dir(trial), nullptr);
    const std::int64_t order = saved.empty() ? 1 : saved.back().order + 1;

    const fs::path made = hidden(step_dir(trial, step), kNew);
    fs::remove_all(made);
    fs::create_directory(made);
    Result<void> done = write(made / checkpoint::kState);
    if (done) done = seal(made, {trial, step, order, merit});
    if (done) done = publish(trial, step, made);
    if (!done) {
      std::error_code ignored;
      fs::remove_all(made, ignored);
      return done;
    }
    prune(trial);
    return {};
  });
}

Result<void> CheckpointStore::publish(TrialId trial, Step step, const fs::path& made) const {
  const fs::path dir = step_dir(trial, step);
  const fs::path old = hidden(dir, kOld);
  const bool replaces = fs::exists(dir);
  if (replaces) {
    fs::remove_all(old);
    fs::rename(dir, old);
  }
  if (auto renamed = posix::rename(made, dir); !renamed) {
    if (replaces && !fs::exists(dir)) fs::rename(old, dir);
    return renamed;
  }
  if (replaces) remove_hidden(old);
  return {};
}

void CheckpointStore::prune(TrialId trial) const {
  const auto saved = checkpoint::manifests(trial_dir(trial), nullptr);
  const auto ranked = by_merit(saved);
  const auto among = [](auto first, auto last, int count, Step step) {
    const auto end = first + std::min<std::ptrdiff_t>(count, last - first);
    return std::any_of(first, end, [step](const Manifest& m) { return m.step == step; });
  };
  for (const Manifest& m : saved) {
    if (among(saved.rbegin(), saved.rend(), keep_last_, m.step)) continue;
    if (among(ranked.begin(), ranked.end(), keep_best_, m.step)) continue;
    if (!is_kept(trial, m.step)) remove_hidden(step_dir(trial, m.step));
  }
}

Result<std::optional<Step>> CheckpointStore::newest(TrialId trial, Step at_most,
                                                    std::vector<std::string>* warnings) const {
  return guarded([&]() -> Result<std::optional<Step>> {
    auto saved = checkpoint::manifests(trial_dir(trial), warnings);
    std::erase_if(saved, [at_most](const Manifest& m) { return m.step > at_most; });
    std::reverse(saved.begin(), saved.end());
    return first_whole(trial_dir(trial), saved, warnings);
  });
}

Result<std::optional<Step>> CheckpointStore::best(TrialId trial, std::vector<std::string>* warnings) const {
  return guarded([&]() -> Result<std::optional<Step>> {
    const auto saved = checkpoint::manifests(trial_dir(trial), warnings);
    return first_whole(trial_dir(trial), by_merit(saved), warnings);
  });
}

void CheckpointStore::keep(TrialId trial, Step step) {
  const std::lock_guard lock(mutex_);
  kept_.emplace(trial, step);
}

void CheckpointStore::release(TrialId trial, Step step) {
  const std::lock_guard lock(mutex_);
  kept_.erase({trial, step});
}

bool CheckpointStore::is_kept(TrialId trial, Step step) const {
  const std::lock_guard lock(mutex_);
  return kept_.contains({trial, step});
}

Result<void> CheckpointStore::remove_temporaries() {
  return guarded([&]() -> Result<void> {
    if (!fs::is_directory(dir_)) return {};
    for (const auto& trial : fs::directory_iterator(dir_)) {
      if (trial.is_directory()) clean(trial.path());
    }
    return {};
  });
}

}  // namespace winnow
