#include <winnow/session/lose_running.hpp>

#include <span>
#include <utility>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow {

Result<void> lose_running(const std::filesystem::path& root, const std::string& why) {
  const auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  const auto lock = DirLock::acquire(*dir);
  if (!lock) return fail(lock.error());
  const auto locking = choose_locking(root);
  if (!locking) return fail(locking.error());
  auto ledger = Ledger::open(dir->ledger(), Durability::full, {.locking = locking->locking});
  if (!ledger) return fail(ledger.error());
  auto run = recover(*ledger, root);
  if (!run) return fail(run.error());
  std::vector<Event> events;
  for (const Trial& trial : run->sweep.trials()) {
    if (trial.state != TrialState::running) continue;
    const auto lost = run->sweep.on_lost(trial.number, trial.attempt, why, wall_clock());
    if (!lost) return fail(lost.error());
    events.insert(events.end(), lost->begin(), lost->end());
  }
  if (events.empty()) return {};
  const auto keep = [&](std::span<Event> kept) -> Result<void> {
    if (const auto seq = ledger->append(kept); !seq) return fail(seq.error());
    return {};
  };
  return run->sweep.commit(events, keep, [](const Event&) {});
}

}  // namespace winnow
