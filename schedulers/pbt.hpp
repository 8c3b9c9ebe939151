/// Population-based training (Jaderberg et al., "Population Based Training of Neural Networks", 2017), by the rules of
/// Ray Tune's PopulationBasedTraining (read from Ray 2.60).
///
/// Each time that a trial has come `perturbation_interval` steps on, and to `burn_in_period`, its value is its score.
/// Among the scores of all trials that haven't ended it may be in the lower quantile, ⌈n·quantile_fraction⌉ of n, at
/// most half: then it goes on as one of the upper quantile stood when that one's score was taken, with parameters that
/// an explorer changes (explorer.hpp; `pbt` itself: perturbation.hpp). Equal scores: the later trial is the better one.
///
/// Not synchronous: each trial at its own time, the others go on. While trials wait for a slot, one that has come to
/// its interval gives its slot to the one that has come the least far. Synchronous: all pause at the interval, and when
/// the last one has come there, all are looked at together. A program saves only when it pauses: it does so at every
/// interval. An exploit is never of a trial that isn't better, nor of one whose checkpoint of that step is gone: the
/// trial goes on by itself then. NaN and infinities are the worst scores.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <winnow/core/options.hpp>
#include <winnow/core/result.hpp>
#include <winnow/schedulers/explorer.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class Pbt final : public Scheduler {
public:
  struct Options {
    double perturbation_interval = 0;  ///< steps, > 0; required
    double burn_in_period = 0;         ///< steps before which nothing is scored, >= 0
    double quantile_fraction = 0.25;   ///< in [0, 0.5]
    bool synch = false;
    std::optional<double> max_t{};  ///< the step at which a trial is complete, >= 1; nullopt: the trainer's end
  };

  /// Fails with `invalid_option`: the option's name, its range, and what was given.
  static Result<Pbt> make(Options options, std::unique_ptr<Explorer> explorer, SchedulerContext context);

  [[nodiscard]] Decision judge(const Judged& report) const override;     ///< O(log n) in the population
  void record(const Judged& report, const Decision& decision) override;  ///< O(n), a small one: a vector of numbers
  void created(TrialId trial, const Assignment& params) override;
  void ended(TrialId trial, TrialState state) override;
  void set_promotable(TrialId trial, bool promotable) override;
  [[nodiscard]] Wish wish(const Room& room) const override;  ///< O(log n), once a generation O(n)
  void record_promotion(TrialId trial) override;
  void record_exploit(TrialId trial, TrialId donor, Step step, const Assignment& params) override;
  [[nodiscard]] std::optional<Step> lends(TrialId trial) const override;
  [[nodiscard]] bool promotes() const override { return true; }
  [[nodiscard]] bool needs_all() const override { return true; }
  [[nodiscard]] std::optional<double> max_t() const override { return options_.max_t; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  struct Score {
    double merit = 0;  ///< greater is better
    TrialId trial = 0;
    bool operator<(const Score& other) const {
      return merit != other.merit ? merit < other.merit : trial < other.trial;
    }
  };
  struct Member {
    Assignment params;
    bool live = true;             ///< false: failed, it may come back
    std::optional<double> merit;  ///< its score; nullopt: none yet
    double value = 0;             ///< the score as reported
    std::optional<Step> scored;   ///< the step that it is of, while its state at that step is still the trial's own
    double perturbed = 0;         ///< resource at which it was looked at last
    double resource = 0;
    bool waits = false;       ///< paused at its interval
    bool decided = false;     ///< it was looked at, and may go on
    bool loses = false;       ///< by exploiting another
    bool promotable = false;  ///< its pause is carried out
    int exploits = 0;
  };
  /// Who goes on first: the loser of a synchronous generation, for its donor must not be further then; the one that has
  /// come the least far.
  struct Turn {
    bool later = false;
    double resource = 0;
    TrialId trial = 0;
    auto operator<=>(const Turn&) const = default;
  };

  Pbt(Options options, std::unique_ptr<Explorer> explorer, SchedulerContext context);
  [[nodiscard]] bool is_due(const Judged& report) const;
  [[nodiscard]] std::size_t quantile(std::size_t population) const;
  [[nodiscard]] bool falls_low(Score score) const;  ///< in place of the score that it has, if any
  /// Of the upper quantile, whom it may exploit with this score, worst last.
  [[nodiscard]] std::vector<TrialId> donors_for(Score score) const;
  [[nodiscard]] Turn turn_of(TrialId trial, const Member& member, bool loses) const;
  Member& member_of(TrialId trial);
  void forget_score(TrialId trial, Member& member);
  /// Synchronous: all that wait are looked at together, unless they were.
  void decide_all();
  /// It is no longer among the waiting ones.
  void release(TrialId trial, Member& member);
  [[nodiscard]] std::optional<Turn> first_turn(const Room& room) const;
  [[nodiscard]] Wish turn_as_wish(const Turn& turn) const;
  [[nodiscard]] std::string falls_short(const Member& member) const;

  Options options_;
  std::unique_ptr<Explorer> explorer_;
  SchedulerContext context_;
  std::unordered_map<TrialId, Member> members_;  ///< those that haven't ended
  std::size_t live_ = 0;                         ///< of the members
  std::vector<Score> scores_;                    ///< of the live ones, worst first
  std::set<TrialId> undecided_;                  ///< of the waiting ones
  std::set<Turn> ready_;                         ///< decided and promotable
};

/// The keys of Pbt's own options, for who makes one with another explorer.
struct PbtKeys {
  explicit PbtKeys(OptionReader& reader);
  /// Fails with `invalid_option` without the required ones, `hyperparam_mutations` among them.
  [[nodiscard]] Result<void> complete() const;

  Pbt::Options options{};
  std::vector<std::string> names{};  ///< `hyperparam_mutations`
  bool given = false;                ///< `perturbation_interval`
};
/// That policy, if both are good.
Result<std::unique_ptr<Scheduler>> make_population(const PbtKeys& keys, Result<std::unique_ptr<Explorer>> explorer,
                                                   SchedulerContext context);

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Scheduler>> make_pbt(const Value& options, SchedulerContext context);

}  // namespace winnow
