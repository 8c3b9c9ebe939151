/// What early stopping is worth: replays schedulers on tables of learning curves, each with the same budget of steps.
///
///     bench_early_stopping CURVES SEEDS TRIALS STEPS BUDGET
///
/// CURVES holds doubles as they lie in memory: for each seed and trial the reported values of steps 1 to STEPS, then
/// what the trial is truly worth at the end; less is better. Four workers take a step each in turn; a free one does
/// what the scheduler wishes: a new trial, in the table's order, or a paused one. It ends when the budget is spent, or
/// nothing is left to do. The answer is the trial with the best value reported; its regret is how much worse it is in
/// truth than the best of the table. Prints a JSON object a line: scheduler, options, and by seed the steps spent,
/// trials and regret.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <winnow/schedulers/registry.hpp>

namespace {

using namespace winnow;

struct Entry {
  const char* type;
  const char* options;  ///< for 27 steps; a policy that is added needs a line here
};

constexpr std::array kEntries = {
    Entry{"fifo", R"({"max_t": 27})"},
    Entry{"asha", R"({"max_t": 27, "grace_period": 1, "reduction_factor": 3})"},
    Entry{"asha", R"({"max_t": 27, "grace_period": 1, "reduction_factor": 3, "variant": "promotion"})"},
    Entry{"asha", R"({"max_t": 27, "grace_period": 1, "reduction_factor": 3, "compat": "ray"})"},
    Entry{"hyperband", R"({"max_t": 27, "reduction_factor": 3})"},
    Entry{"median_stopping", R"({"grace_period": 3, "min_samples_required": 3})"},
    Entry{"optuna_median", R"({"n_warmup_steps": 3})"},
    Entry{"optuna_percentile", R"({"percentile": 25, "n_warmup_steps": 3})"},
    Entry{"optuna_successive_halving", R"({"min_resource": 1, "reduction_factor": 3})"},
    Entry{"optuna_hyperband", R"({"min_resource": 1, "max_resource": 27, "reduction_factor": 3})"},
    Entry{"optuna_patient", R"({"patience": 3})"},
    Entry{"optuna_patient", R"({"patience": 3, "wrapped": {"type": "optuna_median"}})"},
    Entry{"optuna_threshold", R"({"upper": 0.8, "n_warmup_steps": 9})"},
    Entry{"optuna_wilcoxon", R"({"p_threshold": 0.1})"},
    Entry{"pasha", R"({"max_t": 27, "grace_period": 1, "reduction_factor": 3})"},
    Entry{"wandb_hyperband", R"({"min_iter": 1, "eta": 3})"},
};

struct Table {
  std::size_t trials;
  std::size_t steps;
  const double* rows;

  [[nodiscard]] double reported(TrialId trial, Step step) const {
    return rows[static_cast<std::size_t>(trial) * (steps + 1) + static_cast<std::size_t>(step) - 1];
  }
  [[nodiscard]] double truth(TrialId trial) const {
    return rows[static_cast<std::size_t>(trial) * (steps + 1) + steps];
  }
};

struct Outcome {
  std::size_t spent = 0;
  TrialId trials = 0;
  double regret = 0;
};

class Sweep {
public:
  Sweep(Scheduler& scheduler, Table table, std::size_t budget)
      : scheduler_(scheduler), table_(table), budget_(budget), at_(table.trials, 0) {}

  Outcome run() {
    for (bool moved = true; moved && outcome_.spent < budget_;) {
      moved = false;
      for (auto& worker : workers_) {
        if (outcome_.spent == budget_) break;
        if (!worker) worker = next();
        if (!worker) continue;
        moved = true;
        if (!step(*worker)) worker.reset();
      }
    }
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t trial = 0; trial < table_.trials; ++trial) {
      best = std::min(best, table_.truth(static_cast<TrialId>(trial)));
    }
    outcome_.regret = table_.truth(answer_) - best;
    return outcome_;
  }

private:
  /// What a free worker is to do; nullopt: nothing for now.
  std::optional<TrialId> next() {
    for (;;) {
      const bool more = outcome_.trials < static_cast<TrialId>(table_.trials);
      const bool idle = std::none_of(workers_.begin(), workers_.end(), [](const auto& w) { return w.has_value(); });
      const Wish wish = scheduler_.wish({.more = more, .idle = idle});
      if (const auto* drop = std::get_if<Drop>(&wish)) {
        scheduler_.ended(drop->trial, TrialState::stopped);
      } else if (const auto promoted = to_promote(wish)) {
        scheduler_.record_promotion(*promoted);
        return promoted;
      } else if ((std::holds_alternative<Hold>(wish) && !idle) || !more) {
        return std::nullopt;
      } else {
        scheduler_.created(outcome_.trials, {});
        return outcome_.trials++;
      }
    }
  }

  /// False if the trial no longer runs.
  bool step(TrialId trial) {
    Step& at = at_[static_cast<std::size_t>(trial)];
    ++at;
    ++outcome_.spent;
    const double value = table_.reported(trial, at);
    if (value < best_reported_) {
      best_reported_ = value;
      answer_ = trial;
    }
    const Judged judged{trial, static_cast<double>(at), value, at};
    const Decision decision = scheduler_.judge(judged);
    scheduler_.record(judged, decision);
    const bool last = at == static_cast<Step>(table_.steps);
    if (decision.verdict == Verdict::go_on && !last) return true;
    if (decision.verdict == Verdict::pause && !last) {
      scheduler_.set_promotable(trial, true);
    } else {
      const bool stopped = decision.verdict == Verdict::stop && !decision.completed;
      scheduler_.ended(trial, stopped ? TrialState::stopped : TrialState::completed);
    }
    return false;
  }

  Scheduler& scheduler_;
  Table table_;
  std::size_t budget_;
  std::vector<Step> at_;
  std::array<std::optional<TrialId>, 4> workers_;
  double best_reported_ = std::numeric_limits<double>::infinity();
  TrialId answer_ = 0;
  Outcome outcome_;
};

std::vector<double> read_doubles(const char* path, std::size_t count) {
  std::vector<double> values(count);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(count * sizeof(double)));
  if (!file || file.peek() != EOF) {
    std::fprintf(stderr, "%s: not %zu doubles\n", path, count);
    std::exit(2);
  }
  return values;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: bench_early_stopping CURVES SEEDS TRIALS STEPS BUDGET\n");
    return 2;
  }
  const std::size_t seeds = std::stoul(argv[2]);
  const std::size_t trials = std::stoul(argv[3]);
  const std::size_t steps = std::stoul(argv[4]);
  const std::vector<double> curves = read_doubles(argv[1], seeds * trials * (steps + 1));
  for (const auto& [type, text] : kEntries) {
    const Value options = Value::parse(text);
    Value line{{"scheduler", type}, {"options", options}};
    for (std::size_t seed = 0; seed < seeds; ++seed) {
      auto scheduler = make_scheduler(type, options, {.seed = seed, .sweep = "s" + std::to_string(seed)});
      if (!scheduler) {
        std::fprintf(stderr, "%s: %s\n", type, scheduler.error().message.c_str());
        return 2;
      }
      const Table table{trials, steps, curves.data() + seed * trials * (steps + 1)};
      const Outcome outcome = Sweep(**scheduler, table, std::stoul(argv[5])).run();
      line["steps"].push_back(outcome.spent);
      line["trials"].push_back(outcome.trials);
      line["regret"].push_back(outcome.regret);
    }
    std::printf("%s\n", line.dump().c_str());
  }
  return 0;
}
