/// `winnow show`: the trials of a run as a table, also while the sweep runs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/lineage.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/shell.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/trial_table.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

struct ShowArgs {
  RunChoice run;
  bool json = false;
  std::string sort;                 ///< value, trial or step; empty: trial, or value where `top` is given
  std::optional<std::int64_t> top;  ///< the first so many, >= 1
  std::string state;                ///< only trials of this state
  bool lineage = false;             ///< who went on from whom, instead
  std::optional<TrialId> trial;     ///< whose lineage
};

constexpr std::array kStates = {TrialState::queued,  TrialState::running,   TrialState::paused,
                                TrialState::stopped, TrialState::completed, TrialState::failed};
const std::vector<std::string> kSorts = {"value", "trial", "step"};

std::vector<std::string> state_names() {
  std::vector<std::string> names;
  for (const TrialState state : kStates) names.emplace_back(to_string(state));
  return names;
}

Result<void> check_word(const std::string& option, const std::string& word, const std::vector<std::string>& words) {
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return {};
  return fail(errc::invalid_input, fmt::format("{} takes one of {}, not '{}'{}", option, fmt::join(words, ", "), word,
                                               did_you_mean(word, words)));
}

/// What to sort by, when the options are right.
Result<std::string> sort_key(const Sweep& sweep, const ShowArgs& args) {
  if (auto checked = check_word("--sort", args.sort, kSorts); !checked) return fail(checked.error());
  if (auto checked = check_word("--state", args.state, state_names()); !checked) return fail(checked.error());
  const bool judged = sweep.objective() != nullptr;
  if (args.sort == "value" && !judged) {
    return fail(errc::invalid_input, "--sort value: the sweep names no metric, so no trial has a value");
  }
  if (!args.sort.empty()) return args.sort;
  return args.top && judged ? "value" : "trial";
}

/// Best first; what has no value stands behind non-finite ones. Equal ones stay in order of number.
bool comes_first(const Sweep& sweep, const Trial* a, const Trial* b) {
  const auto of_a = trial_value(sweep, *a);
  const auto of_b = trial_value(sweep, *b);
  if (!of_a || !of_b) return of_a.has_value() && !of_b.has_value();
  return better(sweep.objective()->goal, *of_a, *of_b);
}

Result<std::vector<const Trial*>> select(const Sweep& sweep, const ShowArgs& args) {
  const auto key = sort_key(sweep, args);
  if (!key) return fail(key.error());
  std::vector<const Trial*> trials;
  for (const Trial& trial : sweep.trials()) {
    if (args.state.empty() || to_string(trial.state) == args.state) trials.push_back(&trial);
  }
  if (*key == "value") {
    std::stable_sort(trials.begin(), trials.end(),
                     [&](const Trial* a, const Trial* b) { return comes_first(sweep, a, b); });
  } else if (*key == "step") {
    std::stable_sort(trials.begin(), trials.end(),
                     [](const Trial* a, const Trial* b) { return a->furthest > b->furthest; });
  }
  if (args.top && *args.top < static_cast<std::int64_t>(trials.size())) {
    trials.resize(static_cast<std::size_t>(*args.top));
  }
  return trials;
}

std::string state_text(const Sweep& sweep, const RunPlace& run, bool is_run) {
  if (sweep.finished()) return "finished";
  if (is_run && sweep.on_hold()) {
    const std::string& why = sweep.hold_reason();
    return fmt::format("paused{} (`{}` goes on)", why.empty() ? "" : ": " + why, resume_command(run));
  }
  if (is_run) return "not finished";
  if (!sweep.spec().has_trainable()) return "not finished, and no process runs it";  // its own program would
  return fmt::format("not finished, and no process runs it (`{}` does)", resume_command(run));
}

std::string counts_line(const Sweep& sweep, const std::string& state) {
  const auto& cap = sweep.spec().run_cap;
  return fmt::format("{}: {}, {}{} trials{}", sweep.spec().name, state, sweep.trials().size(),
                     cap ? fmt::format(" of {}", *cap) : "", counts_text(sweep.counts()));
}

std::string best_line(const Sweep& sweep) {
  if (sweep.spec().metrics.size() > 1) {
    const auto front = pareto_front(sweep);
    return fmt::format("{} on the Pareto front: {}", front.size(), fmt::join(front, ", "));
  }
  const auto best = best_trial(sweep);
  if (!best) return "no trial has a value yet";
  return fmt::format("best: trial {}, {} = {:.6g}{}", best->trial, sweep.objective()->name, best->value,
                     best->beyond_threshold ? " (none is within the thresholds: the one trained furthest)"
                     : best->fallback       ? " (none has ended well: the one trained furthest)"
                                            : "");
}

std::vector<std::optional<double>> values_of(const Sweep& sweep, const Trial& trial) {
  const auto& metrics = sweep.spec().metrics;
  if (metrics.size() <= 1) return {trial_value(sweep, trial)};
  std::vector<std::optional<double>> values;
  for (const MetricSpec& metric : metrics) {
    const double* value = find_metric(trial.last_metrics, metric.name);
    values.push_back(value != nullptr ? std::optional(*value) : std::nullopt);
  }
  return values;
}

std::optional<double> seconds_of(const Trial& trial, double now) {
  if (trial.attempt == 0) return std::nullopt;
  if (has_ended(trial.state)) return trial.ended_at - trial.started_at;
  return trial.state == TrialState::running ? std::optional(now - trial.started_at) : std::nullopt;
}

TrialTable table_of(const Sweep& sweep, const std::vector<const Trial*>& trials) {
  TrialTable table;
  for (const MetricSpec& metric : sweep.spec().metrics) table.values.push_back(metric.name);
  if (table.values.empty()) table.values.emplace_back("value");
  table.rungs = std::any_of(sweep.trials().begin(), sweep.trials().end(), [](const Trial& t) { return t.rung >= 0; });
  const double now = wall_clock();
  for (const Trial* trial : trials) {
    table.trials.push_back({trial->number, trial->state, trial->furthest, trial->rung, values_of(sweep, *trial),
                            seconds_of(*trial, now), trial->params, trial->reason});
  }
  return table;
}

void print_table(const Sweep& sweep, const std::vector<const Trial*>& trials, const std::string& state) {
  const std::size_t width = output_width();
  std::vector<std::string> lines = {counts_line(sweep, state), best_line(sweep)};
  if (trials.size() < sweep.trials().size()) lines.push_back(fmt::format("shown: {} trials", trials.size()));
  for (std::string& line : lines) line = clip(one_line(line), width);
  if (!trials.empty()) {
    lines.emplace_back();
    for (std::string& line : table_of(sweep, trials).lines(sweep.spec().space, width)) lines.push_back(std::move(line));
  }
  for (const std::string& line : lines) print("{}\n", line);
}

int show_lineage(const Sweep& sweep, const ShowArgs& args) {
  const auto trial = lineage_of_which(sweep, args.trial);
  if (!trial) return complain(trial.error());
  if (args.json) {
    print_json(lineage_json(sweep, *trial));
  } else {
    for (const std::string& line : lineage_lines(sweep, *trial, output_width())) print("{}\n", line);
  }
  return kDone;
}

int show(const ShowArgs& args) {
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  const auto run = recover(found->place.root);
  if (!run) return complain(run.error());
  const Sweep& sweep = run->sweep;
  if (args.lineage) return show_lineage(sweep, args);
  const auto trials = select(sweep, args);
  if (!trials) return complain(trials.error());
  const auto& owner = found->run_by;
  if (!args.json) {
    print_table(sweep, *trials, state_text(sweep, found->place, owner.has_value()));
    return kDone;
  }
  OrderedJson json = summary_json(sweep, found->place, sweep.finished() ? "finished" : "not finished");
  json["event"] = "show";
  json["name"] = sweep.spec().name;
  json["run_by"] = owner ? OrderedJson(*owner) : OrderedJson();
  if (owner && sweep.on_hold()) json["paused"] = sweep.hold_reason();
  json["list"] = OrderedJson::array();
  for (const Trial* trial : *trials) json["list"].push_back(trial_json(sweep, *trial));
  print_json(json);
  return kDone;
}

}  // namespace

void add_show(CLI::App& app, int& code) {
  const auto args = std::make_shared<ShowArgs>();
  CLI::App* command = add_command(app, "show", "Show the trials of a run, also while it runs",
                                  "winnow show runs/first --state completed --top 10");
  add_run_to_look_at(*command, args->run);
  command->add_flag("--json", args->json, "as JSON");
  command->add_option("--sort", args->sort, "by value: best first; by step: furthest first [trial]")
      ->type_name(one_of("KEY", kSorts));
  command->add_option("--top", args->top, "only the first so many; the best, if --sort says nothing else")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  command->add_option("--state", args->state, "only trials in this state")->type_name(one_of("STATE", state_names()));
  CLI::Option* lineage =
      command->add_flag("--lineage", args->lineage,
                        "population-based training: who went on from whom, and how the best model came about");
  command->add_option("--trial", args->trial, "whose model, in place of the best one's")->needs(lineage);
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = show(*args); });
}

}  // namespace winnow::cli
