/// The sweep file as a value (docs/guide.md, "The sweep file"; its defaults: docs/semantics.md, "Settings and
/// budgets"). Times are seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/samplers/prior_trial.hpp>
#include <winnow/space/document.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

/// What a trial's value is (docs/semantics.md, "The best trial").
enum class Scope { last, best, avg, last_5_avg, last_10_avg };
std::string_view to_string(Scope scope);  ///< as in the file: `last-5-avg`
enum class Isolation { thread, process };
enum class Durability { full, relaxed };
enum class OnNan { rank, fail };
/// What a trial over its `time_limit` is: failed, or ended there, with the value that it has.
enum class OnTimeLimit { fail, stop };

/// What a run without a usable value counts as for `method: bayes` (W&B): the value of the latest, best or worst run.
enum class Impute { latest, best, worst };
std::string_view to_string(Impute impute);

/// A metric that is optimised.
struct MetricSpec {
  std::string name;
  Goal goal = Goal::minimize;
  std::optional<double> target;
  std::optional<double> threshold{};             ///< the best trial is one whose value is not worse than this
  std::optional<Impute> impute{};                ///< for failed runs; none: worst
  std::optional<Impute> impute_while_running{};  ///< for running ones; none: their value so far isn't used
  bool operator==(const MetricSpec&) const = default;
};

/// A metric beside the optimised ones (SigOpt): a constraint leaves a trial out of the best ones if its value is worse
/// than the threshold, or missing; a stored one is only kept.
struct OtherMetric {
  enum class Strategy { store, constraint };
  std::string name;
  Strategy strategy = Strategy::store;
  Goal goal = Goal::minimize;
  std::optional<double> threshold{};  ///< of a constraint
  bool operator==(const OtherMetric&) const = default;
};
std::string_view to_string(OtherMetric::Strategy strategy);

struct SchedulerSpec {
  std::string type = "fifo";
  std::string resource = "step";      ///< step | reports | a metric's name
  std::optional<std::string> metric;  ///< one of several metrics
  Value options = Value::object();    ///< the scheduler's own keys, checked by its registry entry
  bool operator==(const SchedulerSpec&) const = default;
};

struct TrainerSpec {
  std::string type;                 ///< empty: none given (then only check, sample and asktell work)
  std::string module;               ///< path of a trainer module; empty: found by type
  Value options = Value::object();  ///< the trainer's own keys; relative paths are relative to the sweep file's folder
  int ranks = 1;                    ///< processes that train a trial together; several: isolation is process
  bool operator==(const TrainerSpec&) const = default;
};

inline constexpr int kMostRanks = 1024;

/// How a program is run (trainers/command).
struct ProcessSpec {
  std::string directory;                                     ///< where it starts; empty: the sweep file's folder
  std::vector<std::pair<std::string, std::string>> env;      ///< beside the environment of Winnow
  std::vector<std::pair<std::string, std::string>> metrics;  ///< `stdout`: metric, or `step`, to a pattern of RE2
  std::optional<std::int64_t> log_limit = std::int64_t{100} << 20;  ///< bytes of an attempt's log; none: no limit
  bool wandb = false;  ///< runs as under W&B's agent, with the package that stands in for wandb; files have it on
  bool operator==(const ProcessSpec&) const = default;
};

struct TrialSpec {
  std::optional<double> time_limit;
  std::optional<double> report_timeout;
  double grace = 10;
  int retries_lost = 1;
  int retries_error = 0;
  int retries_oom = 0;  ///< after errors of a device's memory; further ones are errors as any other
  OnNan on_nan = OnNan::rank;
  OnTimeLimit on_time_limit = OnTimeLimit::fail;
  bool operator==(const TrialSpec&) const = default;
};

/// Which of the rules that have changed a sweep stands under; a ledger keeps it, so that what it holds is never judged
/// otherwise (docs/formats.md, "The rules that a ledger stands under").
inline constexpr int kRules = 2;

/// What `--slots` and `slots` may ask for: each slot has a thread or a process of its own.
inline constexpr int kMostSlots = 100'000;

struct SweepSpec {
  int rules = kRules;  ///< no key of the file: its record has it
  std::string name = "sweep";
  std::string project;                      ///< W&B's and SigOpt's; programs find it in WANDB_PROJECT
  std::string entity;                       ///< W&B's: WANDB_ENTITY
  std::string method = "random";            ///< the sampler's name
  Value sampler_options = Value::object();  ///< its own keys, checked by its registry entry
  std::optional<std::uint64_t> seed;        ///< none: one is drawn, recorded and printed
  std::optional<std::uint64_t> trial_seed;  ///< every trial's generator starts from it; none: each has one of its own
  std::vector<MetricSpec> metrics;          ///< the first is the objective; empty: nothing is judged
  std::vector<OtherMetric> other_metrics;
  Scope scope = Scope::last;
  bool stopped_are_eligible = false;  ///< best also among stopped trials (docs/semantics.md, "The best trial")
  Space space;
  int num_samples = 1;
  SchedulerSpec scheduler;
  TrainerSpec trainer;
  std::string program;               ///< what ${program} stands for; alone: run as W&B does
  std::vector<std::string> command;  ///< words, macros in them
  ProcessSpec process;
  std::optional<std::int64_t> run_cap;
  int slots = 0;               ///< 0: auto, what the resources allow
  std::optional<double> cpus;  ///< per trial; none: 1, and a program runs alone unless `slots` says otherwise
  std::optional<double>
      gpus;  ///< devices per trial: a whole number, or a part of one (core/device_amount.hpp); none: 0
  std::optional<std::vector<std::string>> devices;  ///< those that trials may have; none: all that are found
  std::optional<double> budget_wall;
  std::optional<double> budget_resource;
  std::optional<std::int64_t> budget_no_improvement;  ///< trials in a row that end without a new best value, >= 1
  TrialSpec trial;
  std::optional<int> failures_max;
  int failures_first = 5;      ///< 0: off
  double failures_quick = 10;  ///< a trial that fails within so long after its start counts towards a pause
  Isolation isolation = Isolation::thread;
  int attempts_per_worker = 1;  ///< of `isolation: process`: attempts that one process serves, one after the other
  int checkpoints_last = 1;     ///< kept per trial
  int checkpoints_best = 1;
  std::vector<Assignment> start_with;
  Assignment fixed;               ///< parameters that keep one value (samplers/fixed.hpp)
  std::optional<bool> repeats;    ///< whether a point may come twice (samplers/distinct.hpp)
  int repeat = 1;                 ///< how often each point is tried (samplers/repeat.hpp)
  std::vector<PriorTrial> prior;  ///< what a learning sampler knows from the start; no key of the file
  Durability durability = Durability::full;

  bool operator==(const SweepSpec&) const = default;
  [[nodiscard]] bool runs_program() const { return !program.empty() || !command.empty(); }
  /// False: a client trains (ask/tell).
  [[nodiscard]] bool has_trainable() const { return !trainer.type.empty() || runs_program(); }
};

struct ParsedSpec {
  SweepSpec spec;
  std::vector<std::string> warnings{};  ///< `file:line:col: …`
  std::string best_because{};           ///< why `scope` and `stopped_are_eligible` are what they are
};

/// How a text is read.
enum class Reading {
  current,
  to_convert,  ///< nothing is drawn or judged: samplers and schedulers that this version lacks are no error
  schema_2,    ///< ledgers from before schema 3 keep nothing but the text, which means what it did
};

/// Reads a sweep file, YAML or JSON by content. `file` is the name that messages carry.
/// Fails with `invalid_input` and one message `file:line:col: path: what; what would be right`.
/// Scheduler and sampler names and options are checked against the registries, domains against their ranges.
Result<ParsedSpec> parse_spec(std::string_view text, std::string_view file, Reading reading = Reading::current);
/// The same for a text that was parsed already.
Result<ParsedSpec> parse_spec(const Document& document, Reading reading = Reading::current);

/// Reads the file at `path` first.
Result<ParsedSpec> load_spec(const std::string& path);

}  // namespace winnow
