/// An attempt that started ends by exactly one event before its slot is free: slots driven through orders of slice,
/// save, pause, restore, limit, cancel, refusal and loss that a seed draws, with trainables that hang anywhere.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "../temp_dir.hpp"
#include "support.hpp"

namespace winnow::slot_order_test {
namespace {

namespace fs = std::filesystem;
using test::World;

constexpr int kSlots = 3;
constexpr int kTrials = 7;

SweepSpec sweep_of(std::mt19937_64& rng) {
  SweepSpec spec = test::spec_of(kTrials);
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", 5}, {"reduction_factor", 2}};
  if (rng() % 2 == 0) spec.scheduler.options["variant"] = "promotion";
  spec.trial.report_timeout = 5;
  if (rng() % 2 == 0) spec.trial.time_limit = 30;
  spec.trial.grace = 3;
  spec.trial.retries_lost = 3;
  spec.trial.retries_error = 2;
  return spec;
}

/// Whether the event says that the trial's attempt is over.
bool ends_attempt(const Event& event) {
  if (event.kind() == EventKind::reported) return event.state != TrialState::running;
  constexpr std::array kEnds = {EventKind::ended, EventKind::lost, EventKind::errored, EventKind::paused};
  return std::find(kEnds.begin(), kEnds.end(), event.kind()) != kEnds.end();
}

class Chaos {
public:
  Chaos(std::uint64_t seed, const fs::path& dir) : rng_(seed), world_(sweep_of(rng_)), running_(100, -1) {
    if (chance(2)) {
      world_.job.checkpoints = std::make_shared<CheckpointStore>(dir, 1, 1);
      world_.job.save_reports = chance(2);
    }
    world_.job.abandoned = std::make_shared<std::atomic<int>>(0);
    world_.on_start = [this](std::size_t slot, TrialId trial) { on_start(slot, trial); };
    script();
    world_.start(kSlots, test::scripted(script_));
  }
  ~Chaos() { calm_ = true; }
  Chaos(const Chaos&) = delete;
  Chaos& operator=(const Chaos&) = delete;

  void run() {
    for (int i = 0; i < 30000 && !world_.ended; ++i) act();
    calm_ = true;
    for (int i = 0; i < 500 && !world_.ended; ++i) world_.pass(std::chrono::seconds(1));
    ASSERT_TRUE(world_.ended) << "a slot was lost, or a trial's end";
    expect_one_end_each();
    EXPECT_EQ(world_.folded().counts().running, 0);
  }
  /// What the orders met, so that the test says when it has lost its teeth.
  void count(std::map<std::string, int>& met) const {
    met["given up"] += *world_.job.abandoned;
    met["cancelled"] += cancels_;
    met["restored"] += restores_;
    for (const Event& event : world_.ledger.events) ++met[std::string(to_string(event.kind()))];
  }

private:
  bool chance(unsigned one_in) { return rng_() % one_in == 0; }

  void act() {
    if (!calm_ && chance(40)) world_.advance(std::chrono::seconds(rng_() % 8));
    if (!calm_ && chance(150)) meddle();
    if (!world_.step(rng_)) world_.advance(std::chrono::seconds(1));
  }

  void meddle() {
    const auto command = [&](CommandVerb verb, std::optional<TrialId> trial) {
      caf::anon_send(world_.scheduler_handle, Command{verb, trial, ""});
    };
    const auto trial = static_cast<TrialId>(rng_() % kTrials);
    switch (rng_() % 12) {
      case 0:
      case 1:
      case 2: command(CommandVerb::pause, trial); break;
      case 3:
      case 4:
      case 5: command(CommandVerb::resume, trial); break;
      case 6: command(CommandVerb::stop, trial); break;
      case 7:
      case 8:
      case 9:
        if (world_.trainers.empty()) return;
        if (const auto victim = caf::actor_cast<caf::actor>(world_.trainers[rng_() % world_.trainers.size()])) {
          caf::anon_send_exit(victim, chance(2) ? caf::exit_reason::kill : caf::exit_reason::user_shutdown);
        }
        break;
      case 10:
        if (chance(2)) {
          caf::anon_send(world_.scheduler_handle, Interrupt{});
        } else {
          command(CommandVerb::stop_now, std::nullopt);
        }
        break;
      default: break;
    }
  }

  /// The rest of the world goes on for a while.
  void maybe_hang() {
    if (calm_ || depth_ == kSlots || !chance(6)) return;
    ++depth_;
    const bool long_one = chance(3);
    for (std::uint64_t n = rng_() % (long_one ? 300 : 30); n > 0 && !calm_; --n) act();
    --depth_;
  }

  void script() {
    script_.advance = [this](const TrialContext& trial, int slice) -> Result<Progress> {
      maybe_hang();
      if (calm_) return Progress(Finished{});
      if (chance(40)) return fail(errc::trial_failed, "error");
      if (chance(40)) return fail(errc::trial_lost, "lost");
      if (chance(40)) throw std::runtime_error("thrown");
      if (chance(40)) return Progress(StepReport{-1, {{"loss", 1}}});
      if (chance(40)) return Progress(Burst{{-1, {{"loss", 1}}}, {std::nullopt, {{"loss", 1}}}});
      if (slice > 7 || chance(40)) return Progress(Finished{});
      const Metrics metrics{{"loss", static_cast<double>(trial.trial) + 1.0 / slice}};
      if (chance(10)) return Progress(Burst{{std::nullopt, metrics}, {std::nullopt, metrics}});
      return Progress(StepReport{std::nullopt, metrics});
    };
    script_.save = [this](const TrialContext& trial, const fs::path& file) -> Result<void> {
      maybe_hang();
      if (chance(40)) return fail(errc::io, "disk full");
      std::ofstream(file) << trial.attempt;
      return {};
    };
    script_.restore = [this](const TrialContext&, const fs::path&) -> Result<void> {
      ++restores_;
      maybe_hang();
      return chance(40) ? fail(errc::corrupt, "of another kind") : Result<void>();
    };
    script_.destroy = [this](const TrialContext&) { maybe_hang(); };
    script_.cancel = [this](const TrialContext&) { ++cancels_; };
  }

  /// The slot had said that it is free: the attempt that it ran before is over, in the ledger.
  void on_start(std::size_t slot, TrialId trial) {
    const auto& events = world_.ledger.events;
    const auto is_over = [&](std::size_t started) {
      const Event& start = events[started];
      return std::any_of(events.begin() + static_cast<std::ptrdiff_t>(started), events.end(), [&](const Event& event) {
        return event.trial == start.trial && event.attempt == start.attempt && ends_attempt(event);
      });
    };
    if (running_.at(slot) >= 0) {
      EXPECT_TRUE(is_over(static_cast<std::size_t>(running_[slot])));
    }
    for (std::size_t i = events.size(); i-- > 0;) {
      if (events[i].kind() != EventKind::started || events[i].trial != trial) continue;
      running_[slot] = static_cast<std::ptrdiff_t>(i);
      break;
    }
  }

  void expect_one_end_each() {
    std::map<TrialId, Attempt> open;
    for (const Event& event : world_.ledger.events) {
      if (event.kind() == EventKind::interrupted) open.clear();
      if (event.kind() == EventKind::started) {
        EXPECT_TRUE(open.emplace(event.trial, event.attempt).second) << "trial " << event.trial << " ran twice at once";
      } else if (ends_attempt(event)) {
        EXPECT_EQ(open.erase(event.trial), 1U) << "event " << event.seq << ": trial " << event.trial << " ended twice";
      }
    }
    EXPECT_TRUE(open.empty()) << "trial " << open.begin()->first << " never ended";
  }

  std::mt19937_64 rng_;
  test::Script script_;
  World world_;
  std::vector<std::ptrdiff_t> running_;  ///< slot to the event that started what it runs
  int depth_ = 0;
  int cancels_ = 0;
  int restores_ = 0;
  bool calm_ = false;  ///< nothing hangs or fails any more
};

TEST(SlotOrders, EveryAttemptEndsByExactlyOneEventBeforeItsSlotIsFree) {
  const test::TempDir dir(test::fast_parent());
  std::map<std::string, int> met;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos chaos(seed, dir / std::to_string(seed));
    chaos.run();
    chaos.count(met);
    fs::remove_all(dir / std::to_string(seed));
    if (HasFailure()) break;
  }
  for (const char* what :
       {"given up", "cancelled", "restored", "lost", "errored", "paused", "promoted", "ended", "interrupted"}) {
    EXPECT_GT(met[what], 100) << what;
    RecordProperty(what, met[what]);
  }
}

}  // namespace
}  // namespace winnow::slot_order_test
