/// `winnow importance`: which parameters make the difference, also while the sweep runs.
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/importance.hpp>

namespace winnow::cli {
namespace {

struct ImportanceArgs {
  std::string dir;
  PedAnovaOptions options;
  bool json = false;
};

OrderedJson importance_json(const MetricSpec& metric, const Importance& importance) {
  OrderedJson json{{"metric", metric.name},
                   {"goal", to_string(metric.goal)},
                   {"trials", importance.trials},
                   {"region_trials", importance.region},
                   {"target_trials", importance.target}};
  json["importances"] = OrderedJson::array();
  for (const ParameterImportance& one : importance.parameters) {
    json["importances"].push_back({{"parameter", one.name},
                                   {"importance", one.importance},
                                   {"divergence", one.divergence},
                                   {"sparse", one.sparse}});
  }
  json["fixed"] = importance.fixed;
  return json;
}

std::vector<std::string> notes_on(const Importance& importance, const SweepCounts& counts) {
  std::vector<std::string> notes;
  constexpr std::size_t kSteady = 5;
  if (importance.target < kSteady) {
    notes.push_back(fmt::format("only {} trial{} among the best: with {} or more the numbers are steadier",
                                importance.target, importance.target == 1 ? " is" : "s are", kSteady));
  }
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
  return notes;
}

void print_importance(const MetricSpec& metric, const Importance& importance, const ImportanceArgs& args,
                      const SweepCounts& counts) {
  print("{} ({}): what sets the best {} of {} completed trials apart\n", metric.name, to_string(metric.goal),
        importance.target, importance.region);
  TextTable table({{.title = "parameter"}, {.title = "importance", .right = true}, {.title = ""}});
  constexpr double kBar = 40;
  for (const ParameterImportance& one : importance.parameters) {
    const auto bar = static_cast<std::size_t>(std::lround(one.importance * kBar));
    table.add({one.name, fmt::format("{:.4f}", one.importance), std::string(bar, '#')});
  }
  for (const std::string& line : table.lines(output_width())) print("{}\n", line);
  for (const std::string& note : notes_on(importance, counts)) print("{}\n", note);
  if (args.options.region_quantile < 1) {
    print("within the best {:g}% of {} trials\n", 100 * args.options.region_quantile, importance.trials);
  }
}

int importance(const ImportanceArgs& args) {
  const auto run = recover(args.dir);
  if (!run) return complain(run.error());
  const Sweep& sweep = run->sweep;
  const auto& metrics = sweep.spec().metrics;
  if (metrics.empty()) {
    return complain({errc::invalid_input, args.dir + ": the sweep names no metric for which parameters could matter"});
  }
  std::vector<Importance> all;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto one = parameter_importance(sweep, i, args.options);
    if (!one && one.error().code == errc::invalid_option) return complain(one.error());
    if (!one) return complain(metrics[i].name, one.error());
    all.push_back(std::move(*one));
  }
  OrderedJson list = OrderedJson::array();
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    if (args.json) {
      list.push_back(importance_json(metrics[i], all[i]));
      continue;
    }
    if (i > 0) print("\n");
    print_importance(metrics[i], all[i], args, sweep.counts());
  }
  if (args.json) {
    print_json({{"event", "importance"},
                {"evaluator", "ped_anova"},
                {"target_quantile", args.options.target_quantile},
                {"region_quantile", args.options.region_quantile},
                {"evaluate_on_local", args.options.evaluate_on_local},
                {"metrics", std::move(list)}});
  }
  return kDone;
}

}  // namespace

void add_importance(CLI::App& app, int& code) {
  const auto args = std::make_shared<ImportanceArgs>();
  CLI::App* command = add_command(app, "importance", "Show which parameters make the difference (PED-ANOVA)",
                                  "winnow importance runs/first --target-quantile 0.2");
  add_run_directory(*command, args->dir);
  command->add_option("--target-quantile", args->options.target_quantile,
                      "what is to be reached: to be among the best, so many of the trials [0.1]");
  command->add_option("--region-quantile", args->options.region_quantile,
                      "only look at the best, so many of the trials [1: all]");
  command->add_flag("--evaluate-on-local,!--no-evaluate-on-local", args->options.evaluate_on_local,
                    "against how the trials' parameters are distributed; --no-…: against a uniform distribution");
  command->add_flag("--json", args->json, "as JSON");
  command->callback([args, &code] { code = importance(*args); });
}

}  // namespace winnow::cli
