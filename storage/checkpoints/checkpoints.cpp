#include <winnow/storage/checkpoints.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <winnow/base/file.hpp>
#include <winnow/storage/checkpoints/files.hpp>

namespace winnow {

namespace fs = std::filesystem;
using checkpoint::guarded;
using checkpoint::Manifest;

namespace {

double rank(double merit) {
  return std::isfinite(merit) ? merit : -std::numeric_limits<double>::infinity();
}

/// Those with a merit, best first; of equal ones the later first. `saved` is in the order of saving.
template <class Checkpoint>
std::vector<Checkpoint> by_merit(const std::vector<Checkpoint>& saved) {
  std::vector<Checkpoint> ranked;
  std::copy_if(saved.rbegin(), saved.rend(), std::back_inserter(ranked), [](const auto& one) { return one.merit; });
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return rank(*a.merit) > rank(*b.merit); });
  return ranked;
}

}  // namespace

/// What is remembered of a checkpoint.
struct CheckpointStore::Saved {
  Step step = 0;
  std::int64_t order = 0;
  std::optional<double> merit;
};

/// A trial's directory.
struct CheckpointStore::Files {
  std::mutex lock;  ///< held while names in the directory change; `mutex_` may be taken within, never the other way
  // Guarded by the store's `mutex_`:
  bool loaded = false;       ///< `saved` is what the directory holds
  std::vector<Saved> saved;  ///< in the order of saving, whole as far as is known
  std::int64_t last_order = 0;
  std::map<Step, int> pins;
  std::map<Step, int> pins_for_others;
  Attempt owner = 0;
  bool closed = false;
};

CheckpointStore::Pin::~Pin() {
  if (store_ != nullptr) store_->unpin(trial_, step_, for_others_);
}

CheckpointStore::CheckpointStore(fs::path dir, int keep_last, int keep_best)
    : dir_(std::move(dir)), keep_last_(keep_last), keep_best_(keep_best) {}

CheckpointStore::~CheckpointStore() = default;

fs::path CheckpointStore::trial_dir(TrialId trial) const {
  return dir_ / fmt::format("{}{}", checkpoint::kTrial, trial);
}

fs::path CheckpointStore::step_dir(TrialId trial, Step step) const {
  return trial_dir(trial) / checkpoint::directory_name(step);
}

fs::path CheckpointStore::path(TrialId trial, Step step) const {
  return step_dir(trial, step) / checkpoint::kState;
}

std::shared_ptr<CheckpointStore::Files> CheckpointStore::files_of(TrialId trial) {
  const std::lock_guard lock(mutex_);
  auto& files = trials_[trial];
  if (!files) files = std::make_shared<Files>();
  return files;
}

Result<void> CheckpointStore::take_over(TrialId trial, Attempt attempt, Files& files) {
  const std::lock_guard lock(mutex_);
  if (files.closed && attempt > files.owner) files.closed = false;  // a failed trial that runs again
  if (files.closed)
    return fail(errc::stale_attempt, fmt::format("trial {} is over: it has no more checkpoints", trial));
  if (attempt < files.owner) {
    return fail(errc::stale_attempt, fmt::format("attempt {} of trial {} is out: attempt {} has its checkpoints",
                                                 attempt, trial, files.owner));
  }
  files.owner = attempt;
  return {};
}

void CheckpointStore::load(TrialId trial, Files& files, std::vector<std::string>* warnings) {
  if (files.loaded) return;  // only ever changes with the trial's lock held
  std::vector<Saved> saved;
  for (const Manifest& m : checkpoint::manifests(trial_dir(trial), warnings))
    saved.push_back({m.step, m.order, m.merit});
  const std::lock_guard lock(mutex_);
  files.last_order = saved.empty() ? 0 : saved.back().order;
  files.saved = std::move(saved);
  files.loaded = true;
}

Result<void> CheckpointStore::save(TrialId trial, Attempt attempt, Step step, std::optional<double> merit,
                                   const Writer& write) {
  return guarded([&]() -> Result<void> {
    const auto files = files_of(trial);
    if (auto taken = take_over(trial, attempt, *files); !taken) return taken;
    if (auto there = checkpoint::make_directory(dir_); !there) return there;
    if (auto there = checkpoint::make_directory(trial_dir(trial)); !there) return there;

    // An attempt's own: an older one that was given up may still be writing.
    const fs::path made = checkpoint::hidden(step_dir(trial, step), fmt::format("{}{}-", checkpoint::kNew, attempt));
    fs::remove_all(made);
    fs::create_directory(made);
    const auto done = [&]() -> Result<void> {
      if (auto written = write(made / checkpoint::kState); !written) return written;
      const auto sum = checkpoint::sync_state(made);
      if (!sum) return fail(sum.error());
      const Lock lock(files->lock);
      if (auto taken = take_over(trial, attempt, *files); !taken) return taken;  // it may have been slow
      load(trial, *files, nullptr);
      const Saved saved{step, ++files->last_order, merit};
      if (auto sealed = checkpoint::seal(made, {trial, step, saved.order, merit, sum->size, sum->crc, std::nullopt});
          !sealed)
        return sealed;
      if (auto published = publish(trial, step, made); !published) return published;
      {
        const std::lock_guard known(mutex_);
        std::erase_if(files->saved, [step](const Saved& other) { return other.step == step; });
        files->saved.push_back(saved);
      }
      remove(trial, *files, unwanted(*files, true));
      return {};
    }();
    std::error_code ignored;
    if (!done) fs::remove_all(made, ignored);
    return done;
  });
}

Result<void> CheckpointStore::publish(TrialId trial, Step step, const fs::path& made) const {
  const fs::path dir = step_dir(trial, step);
  const fs::path old = checkpoint::hidden(dir, checkpoint::kOld);
  const bool replaces = fs::exists(dir);
  if (replaces) {
    fs::remove_all(old);
    fs::rename(dir, old);
  }
  if (auto renamed = posix::rename(made, dir); !renamed) {
    if (replaces && !fs::exists(dir)) fs::rename(old, dir);
    return renamed;
  }
  if (replaces) checkpoint::remove_hidden(old);
  return {};
}

/// What retention doesn't keep.
std::vector<Step> CheckpointStore::unwanted(const Files& files, bool pins_count) const {
  const std::lock_guard lock(mutex_);
  const auto& saved = files.saved;
  const auto ranked = by_merit(saved);
  const auto among = [](auto first, auto last, int count, Step step) {
    const auto end = first + std::min<std::ptrdiff_t>(count, last - first);
    return std::any_of(first, end, [step](const Saved& one) { return one.step == step; });
  };
  std::vector<Step> steps;
  for (const Saved& one : saved) {
    if (among(saved.rbegin(), saved.rend(), keep_last_, one.step)) continue;
    if (among(ranked.begin(), ranked.end(), keep_best_, one.step)) continue;
    if (files.pins_for_others.contains(one.step)) continue;
    if (!pins_count || !files.pins.contains(one.step)) steps.push_back(one.step);
  }
  return steps;
}

void CheckpointStore::remove(TrialId trial, Files& files, const std::vector<Step>& steps) {
  if (steps.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(files.saved,
                  [&](const Saved& one) { return std::find(steps.begin(), steps.end(), one.step) != steps.end(); });
  }
  for (const Step step : steps) checkpoint::remove_hidden(step_dir(trial, step));
}

std::optional<Step> CheckpointStore::known(TrialId trial, Step at_most) const {
  const std::lock_guard lock(mutex_);
  const auto it = trials_.find(trial);
  if (it == trials_.end()) return std::nullopt;
  const auto& saved = it->second->saved;
  const auto found =
      std::find_if(saved.rbegin(), saved.rend(), [at_most](const Saved& s) { return s.step <= at_most; });
  return found == saved.rend() ? std::nullopt : std::optional(found->step);
}

Result<std::optional<Step>> CheckpointStore::claim(TrialId trial, Attempt attempt, std::optional<Step> at_most,
                                                   std::vector<std::string>* warnings) {
  return guarded([&]() -> Result<std::optional<Step>> {
    const auto files = files_of(trial);
    const Lock lock(files->lock);
    if (auto taken = take_over(trial, attempt, *files); !taken) return fail(taken.error());
    load(trial, *files, warnings);
    while (at_most) {
      const auto step = known(trial, *at_most);
      if (!step) break;
      const auto manifest = checkpoint::read_manifest(step_dir(trial, *step));
      const auto whole = manifest ? checkpoint::verify(step_dir(trial, *step), *manifest) : fail(manifest.error());
      if (whole) return step;
      if (warnings != nullptr) warnings->push_back(whole.error().message);
      const std::lock_guard index(mutex_);
      std::erase_if(files->saved, [step](const Saved& one) { return one.step == *step; });
    }
    return std::nullopt;
  });
}

Result<void> CheckpointStore::adopt(TrialId trial, Attempt attempt, TrialId donor, Step step) {
  return guarded([&]() -> Result<void> {
    const fs::path source = step_dir(donor, step);
    const auto files = files_of(trial);
    const Lock lock(files->lock);
    if (auto taken = take_over(trial, attempt, *files); !taken) return taken;
    load(trial, *files, nullptr);
    const auto adopted = checkpoint::read_manifest(step_dir(trial, step));
    const bool before = adopted && adopted->donor == donor && checkpoint::verify(step_dir(trial, step), *adopted);
    if (before) return {};  // by an attempt that was lost; the donor's may be gone by now
    const auto manifest = checkpoint::read_manifest(source);
    if (!manifest) return fail(manifest.error());
    if (auto whole = checkpoint::verify(source, *manifest); !whole) return whole;
    if (auto there = checkpoint::make_directory(trial_dir(trial)); !there) return there;
    const fs::path made = checkpoint::hidden(step_dir(trial, step), fmt::format("{}{}-", checkpoint::kNew, attempt));
    fs::remove_all(made);
    fs::create_directory(made);
    if (auto linked = checkpoint::link_files(source, made); !linked) return linked;
    const Saved saved{step, ++files->last_order, manifest->merit};
    const Manifest own{trial, step, saved.order, manifest->merit, manifest->size, manifest->crc, donor};
    if (auto sealed = checkpoint::seal(made, own); !sealed) return sealed;
    if (auto published = publish(trial, step, made); !published) return published;
    std::vector<Step> others;
    {
      const std::lock_guard known(mutex_);
      for (const Saved& one : files->saved) {
        if (one.step != step && !files->pins_for_others.contains(one.step)) others.push_back(one.step);
      }
      std::erase_if(files->saved, [step](const Saved& one) { return one.step == step; });
      files->saved.push_back(saved);
    }
    remove(trial, *files, others);
    return {};
  });
}

Result<void> CheckpointStore::close(TrialId trial, Attempt attempt) {
  return guarded([&]() -> Result<void> {
    std::shared_ptr<Files> files;
    {
      const std::lock_guard known(mutex_);
      const auto it = trials_.find(trial);
      if (it == trials_.end() || it->second->closed || it->second->owner > attempt) return {};
      files = it->second;
    }
    const Lock lock(files->lock);
    load(trial, *files, nullptr);
    remove(trial, *files, unwanted(*files, false));
    std::vector<Step> kept;
    {
      const std::lock_guard known(mutex_);
      files->closed = true;
      files->owner = attempt;
      for (const Saved& one : files->saved) kept.push_back(one.step);
    }
    checkpoint::remove_others(trial_dir(trial), kept);
    std::error_code not_empty;
    if (kept.empty()) fs::remove(trial_dir(trial), not_empty);
    return {};
  });
}

Result<std::optional<Step>> CheckpointStore::newest(TrialId trial, Step at_most,
                                                    std::vector<std::string>* warnings) const {
  return guarded([&]() -> Result<std::optional<Step>> {
    auto saved = checkpoint::manifests(trial_dir(trial), warnings);
    std::erase_if(saved, [at_most](const Manifest& m) { return m.step > at_most; });
    std::reverse(saved.begin(), saved.end());
    return checkpoint::first_whole(trial_dir(trial), saved, warnings);
  });
}

Result<std::optional<Step>> CheckpointStore::best(TrialId trial, std::vector<std::string>* warnings) const {
  return guarded([&]() -> Result<std::optional<Step>> {
    const auto saved = checkpoint::manifests(trial_dir(trial), warnings);
    return checkpoint::first_whole(trial_dir(trial), by_merit(saved), warnings);
  });
}

CheckpointStore::Pin CheckpointStore::pin(TrialId trial, Step step, bool for_others) {
  const auto files = files_of(trial);
  const std::lock_guard lock(mutex_);
  ++(for_others ? files->pins_for_others : files->pins)[step];
  return {*this, trial, step, for_others};
}

void CheckpointStore::unpin(TrialId trial, Step step, bool for_others) {
  const std::lock_guard lock(mutex_);
  auto& pins = for_others ? trials_.at(trial)->pins_for_others : trials_.at(trial)->pins;
  if (const auto it = pins.find(step); --it->second == 0) pins.erase(it);
}

Result<void> CheckpointStore::recover(std::vector<std::string>* warnings) {
  return guarded([&]() -> Result<void> {
    if (!fs::is_directory(dir_)) return {};
    for (const auto& entry : fs::directory_iterator(dir_)) {
      const auto trial = checkpoint::trial_of(entry.path());
      if (!trial || !entry.is_directory()) continue;
      checkpoint::clean(entry.path());
      load(*trial, *files_of(*trial), warnings);
    }
    return {};
  });
}

}  // namespace winnow
