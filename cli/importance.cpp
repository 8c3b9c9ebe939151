/// `winnow importance`: which parameters make the difference, also while the sweep runs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/session/importance_json.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/importance.hpp>

namespace winnow::cli {
namespace {

const std::vector<std::string>& kEvaluators = importance_evaluators();

struct ImportanceArgs {
  RunChoice run;
  std::string evaluator = kEvaluators.front();
  PedAnovaOptions ped_anova{};
  FanovaOptions fanova{};
  bool json = false;
  std::vector<const CLI::Option*> of_ped_anova{};  ///< options that fANOVA doesn't have

  [[nodiscard]] bool is_fanova() const { return evaluator == "fanova"; }
  [[nodiscard]] ImportanceEvaluator how() const {
    return is_fanova() ? ImportanceEvaluator(fanova) : ImportanceEvaluator(ped_anova);
  }
};

Result<void> check(const ImportanceArgs& args) {
  if (std::find(kEvaluators.begin(), kEvaluators.end(), args.evaluator) == kEvaluators.end()) {
    return fail(errc::invalid_input,
                fmt::format("--evaluator {}: is none of {}{}", args.evaluator, fmt::join(kEvaluators, ", "),
                            did_you_mean(args.evaluator, kEvaluators)));
  }
  for (const CLI::Option* option : args.of_ped_anova) {
    if (!args.is_fanova() || option->count() == 0) continue;
    return fail(errc::invalid_input, fmt::format("{}: only --evaluator ped_anova has it", option->get_name()));
  }
  return {};
}

/// How far the numbers can be trusted.
std::vector<std::string> caveats(const Importance& importance, const ImportanceArgs& args) {
  std::vector<std::string> notes;
  if (args.is_fanova()) {
    constexpr std::size_t kSteady = 50;
    if (importance.trials < kSteady)
      notes.push_back(fmt::format("with {} or more trials the numbers are steadier", kSteady));
    double alone = 0;
    for (const ParameterImportance& one : importance.parameters) alone += one.score;
    notes.push_back(
        fmt::format("each by itself they explain {:.0f}% of the variance; the rest they decide together", 100 * alone));
    return notes;
  }
  constexpr std::size_t kSteady = 5;
  if (importance.target < kSteady) {
    notes.push_back(fmt::format("only {} trial{} among the best: with {} or more the numbers are steadier",
                                importance.target, importance.target == 1 ? " is" : "s are", kSteady));
  }
  return notes;
}

std::vector<std::string> notes_on(const Importance& importance, const ImportanceArgs& args, const SweepCounts& counts) {
  std::vector<std::string> notes = caveats(importance, args);
  if (counts.stopped > 0) {
    notes.push_back(
        fmt::format("not counted: {} trial{} that stopped early", counts.stopped, counts.stopped == 1 ? "" : "s"));
  }
  for (const ParameterImportance& one : importance.parameters) {
    if (one.sparse) notes.push_back(one.name + ": a single trial has it, or lacks it, which counts for nothing");
  }
  if (!importance.fixed.empty()) {
    notes.push_back(fmt::format("left out, with one value only: {}", fmt::join(importance.fixed, ", ")));
  }
  if (!importance.partial.empty()) {
    notes.push_back(fmt::format("left out, as some trials lack them, or have them by another domain: {}",
                                fmt::join(importance.partial, ", ")));
  }
  return notes;
}

void print_importance(const MetricSpec& metric, const Importance& importance, const ImportanceArgs& args,
                      const SweepCounts& counts) {
  const std::string what =
      args.is_fanova()
          ? fmt::format("what makes the values of {} completed trials differ", importance.trials)
          : fmt::format("what sets the best {} of {} completed trials apart", importance.target, importance.region);
  print("{} ({}): {}\n", metric.name, to_string(metric.goal), what);
  TextTable table({{.title = "parameter"}, {.title = "importance", .right = true}, {.title = ""}});
  constexpr double kBar = 40;
  for (const ParameterImportance& one : importance.parameters) {
    const auto bar = static_cast<std::size_t>(std::lround(one.importance * kBar));
    table.add({one.name, fmt::format("{:.4f}", one.importance), std::string(bar, '#')});
  }
  for (const std::string& line : table.lines(output_width())) print("{}\n", line);
  for (const std::string& note : notes_on(importance, args, counts)) print("{}\n", note);
  if (!args.is_fanova() && args.ped_anova.region_quantile < 1) {
    print("within the best {:g}% of {} trials\n", 100 * args.ped_anova.region_quantile, importance.trials);
  }
}

int importance(const ImportanceArgs& args) {
  if (const auto checked = check(args); !checked) return complain(checked.error());
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  const auto run = recover(found->place.root);
  if (!run) return complain(run.error());
  const Sweep& sweep = run->sweep;
  const auto& metrics = sweep.spec().metrics;
  if (metrics.empty()) {
    return complain(
        {errc::invalid_input, found->place.name + ": the sweep names no metric for which parameters could matter"});
  }
  std::vector<Importance> all;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto one = parameter_importance(sweep, i, args.how());
    if (!one && one.error().code == errc::invalid_option) return complain(one.error());
    if (!one) return complain(metrics[i].name, one.error());
    all.push_back(std::move(*one));
  }
  if (args.json) {
    OrderedJson json{{"event", "importance"}};
    json.update(importance_json(metrics, all, args.how()));
    print_json(json);
    return kDone;
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (i > 0) print("\n");
    print_importance(metrics[i], all[i], args, sweep.counts());
  }
  return kDone;
}

}  // namespace

void add_importance(CLI::App& app, int& code) {
  const auto args = std::make_shared<ImportanceArgs>();
  CLI::App* command = add_command(app, "importance", "Show which parameters make the difference (PED-ANOVA, fANOVA)",
                                  "winnow importance runs/first --target-quantile 0.2\n"
                                  "  winnow importance runs/first --evaluator fanova");
  add_run_to_look_at(*command, args->run);
  command
      ->add_option("--evaluator", args->evaluator,
                   "ped_anova: what it takes to be among the best; fanova: what makes values differ [ped_anova]")
      ->type_name(one_of("NAME", kEvaluators));
  PedAnovaOptions& options = args->ped_anova;
  args->of_ped_anova = {
      command->add_option("--target-quantile", options.target_quantile,
                          "ped_anova: what is to be reached: to be among the best, so many of the trials [0.1]"),
      command->add_option("--region-quantile", options.region_quantile,
                          "ped_anova: only look at the best, so many of the trials [1: all]"),
      command->add_flag("--evaluate-on-local,!--no-evaluate-on-local", options.evaluate_on_local,
                        "ped_anova: against how the trials' parameters are distributed; --no-…: against a uniform "
                        "distribution"),
  };
  command->add_flag("--json", args->json, "as JSON");
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = importance(*args); });
}

}  // namespace winnow::cli
