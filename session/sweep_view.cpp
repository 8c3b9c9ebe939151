#include <winnow/session/sweep_view.hpp>

#include <winnow/session/open_to_read.hpp>
#include <winnow/session/recovered.hpp>

namespace winnow {
namespace {

/// Events in one go: nobody else reads the ledger meanwhile, and its writer can't shorten its log.
constexpr std::int64_t kPortion = 4096;
/// So many of others' events may stand between two reports in one range: to read them takes less than another range.
constexpr std::int64_t kGap = 512;

void note_report(TrialTrace& trace, std::int64_t seq) {
  ++trace.reports;
  if (trace.reported.empty() || seq - trace.reported.back().last > kGap) trace.reported.push_back({seq, seq});
  trace.reported.back().last = seq;
}

}  // namespace

Result<std::shared_ptr<SweepView>> SweepView::open(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  return std::shared_ptr<SweepView>(new SweepView(std::move(*dir), std::move(*ledger)));
}

Result<void> SweepView::bring_up() {
  for (;;) {
    const std::int64_t before = now_ ? now_->sweep.last_seq() : 0;
    Result<void> taken;
    const auto visit = [&](const Event& event) {
      if (taken) taken = take(event);
    };
    if (auto read = ledger_.read(before, visit, kPortion); !read) return read;
    if (!taken) now_.reset();
    if (!taken) return taken;
    if (!now_) return holds_no_run(dir_.root);
    if (now_->sweep.last_seq() - before < kPortion) return {};
  }
}

Result<void> SweepView::take(const Event& event) {
  if (!now_) {
    auto fresh = fresh_from(event, dir_.root);
    if (!fresh) return fail(fresh.error());
    now_.emplace(Now{.sweep = std::move(fresh->sweep)});
  }
  auto& [sweep, traces] = *now_;
  if (event.as<event::Opened>() != nullptr || event.as<event::Interrupted>() != nullptr) {
    for (const Trial& trial : sweep.trials()) {  // these are queued again
      if (trial.state == TrialState::running) traces[static_cast<std::size_t>(trial.number)].changed = event.seq;
    }
  }
  if (auto applied = sweep.apply(event); !applied) return applied;
  traces.resize(sweep.trials().size());
  if (event.trial < 0) return {};
  TrialTrace& trace = traces[static_cast<std::size_t>(event.trial)];
  trace.changed = event.seq;
  if (metrics_of(event) != nullptr) note_report(trace, event.seq);
  return {};
}

}  // namespace winnow
