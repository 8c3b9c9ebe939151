#include <winnow/sweep/snapshot.hpp>

namespace winnow {

Snapshot snapshot_of(const Sweep& sweep, double running) {
  Snapshot snapshot;
  snapshot.counts = sweep.counts();
  snapshot.on_hold = sweep.on_hold();
  snapshot.hold_reason = sweep.hold_reason();
  snapshot.stopping = sweep.stopping();
  snapshot.finished = sweep.finished();
  snapshot.fell_short = fell_short(sweep);
  if (sweep.finished()) snapshot.hold_reason = std::get<Done>(sweep.next()).why;
  snapshot.created = static_cast<std::int64_t>(sweep.trials().size());
  snapshot.best = best_trial(sweep);
  if (snapshot.best) snapshot.best_params = sweep.find(snapshot.best->trial)->params;
  snapshot.wall = sweep.wall_used(running);
  snapshot.last_seq = sweep.last_seq();
  snapshot.durable_seq = sweep.last_seq();
  return snapshot;
}

}  // namespace winnow
