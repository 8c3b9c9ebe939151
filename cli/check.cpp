/// `winnow check`: what a sweep file means, without running it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/cli/check_line.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/space_options.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/core/shell.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/space/linear_constraints.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/sampler_of.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/sweep/sweep.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow::cli {
namespace {

struct CheckArgs {
  std::string file;
  bool json = false;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> lines;  ///< that a program prints
  SpaceArgs space;
};

std::optional<std::int64_t> points_of(const SweepSpec& spec) {
  return sampler_total(spec.method, sampler_options_of(spec, 0));
}

std::optional<std::int64_t> total_trials(const SweepSpec& spec) {
  const auto points = points_of(spec);
  if (!points) return spec.run_cap;
  return spec.run_cap ? std::min(*points, *spec.run_cap) : *points;
}

/// The points of a grid that has too many to number them, as a decimal logarithm; nullopt: what is drawn has no end
/// anyway.
std::optional<double> log_of_points(const SweepSpec& spec) {
  double log = std::log10(spec.num_samples);
  bool crossed = false;
  for (const Parameter& parameter : spec.space.parameters()) {
    if (spec.method != "grid" && !parameter.grid) continue;
    crossed = true;
    if (const auto values = grid_points(parameter.domain)) log += std::log10(static_cast<double>(values->size()));
  }
  return crossed ? std::optional(log) : std::nullopt;
}

/// `1.05e+40`, also beyond the numbers of a double.
std::string power_text(double log) {
  double exponent = std::floor(log);
  const double mantissa = std::pow(10, log - exponent);
  if (mantissa >= 9.995) return fmt::format("1e+{}", exponent + 1);
  return fmt::format("{:.3g}e+{}", mantissa, exponent);
}

/// The points of the grid; 64 bits don't hold those of a large one.
std::optional<std::string> points_text(const SweepSpec& spec) {
  constexpr auto kMany = std::numeric_limits<std::int64_t>::max();
  const auto points = points_of(spec);
  if (points && *points < kMany) return std::to_string(*points);
  const auto log = log_of_points(spec);
  return log ? std::optional(power_text(*log)) : std::nullopt;
}

std::string trials_text(const SweepSpec& spec) {
  constexpr auto kMany = std::numeric_limits<std::int64_t>::max();
  if (const auto total = total_trials(spec); total && *total < kMany) return std::to_string(*total);
  if (const auto points = points_text(spec)) return *points + ", the points of the grid: no run_cap";
  return "without end: no run_cap";
}

/// What counts as the best trial, and which rule says so.
std::string best_text(const ParsedSpec& parsed) {
  const SweepSpec& spec = parsed.spec;
  const std::string_view value = spec.scope == Scope::last   ? "its last value"
                                 : spec.scope == Scope::best ? "its best value"
                                                             : to_string(spec.scope);
  return fmt::format("by {}, {} ({})", value,
                     spec.stopped_are_eligible ? "among all trials that didn't fail" : "among those that finished",
                     parsed.best_because);
}

std::string notes(const Parameter& parameter) {
  std::string text;
  if (parameter.grid) text += "  (grid)";
  for (const Condition& condition : parameter.conditions) {
    text += (&condition == parameter.conditions.data() ? "  (only when " : ", and ") + condition.parent + " is ";
    for (std::size_t i = 0; i < condition.values.size(); ++i) {
      text += (i > 0 ? " or " : "") + condition.values[i].dump();
    }
  }
  return parameter.conditions.empty() ? text : text + ")";
}

/// What the best trial must have.
std::string bound_text(Goal goal, double threshold) {
  return fmt::format(" at {} {:g}", goal == Goal::maximize ? "least" : "most", threshold);
}

std::string metric_text(const SweepSpec& spec) {
  std::string text;
  for (const MetricSpec& metric : spec.metrics) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", metric.name, to_string(metric.goal));
    if (metric.target) text += fmt::format(" until {:g}", *metric.target);
    if (metric.threshold) text += bound_text(metric.goal, *metric.threshold);
  }
  for (const OtherMetric& metric : spec.other_metrics) {
    text += fmt::format(", {} ({})", metric.name, to_string(metric.strategy));
    if (metric.threshold) text += bound_text(metric.goal, *metric.threshold);
  }
  return text.empty() ? "none: nothing is judged" : text;
}

/// What a slot would run, as far as that can be made without starting anything.
struct Runs {
  std::optional<Program> program{};
  std::vector<std::string> words{};  ///< the program's command line in the first trial
  std::vector<std::string> warnings{};
};

/// Refuses what `winnow run` would refuse.
Result<Runs> what_runs(const SweepSpec& spec, const std::filesystem::path& base, std::uint64_t seed) {
  Runs runs;
  // There may be some where the sweep is to run.
  if (const auto places = places_of(spec); !places) runs.warnings.push_back(places.error().message);
  if (!spec.runs_program()) {
    if (!spec.has_trainable()) return runs;
    if (const auto trainer = trainer_for(spec, base); !trainer) return fail(trainer.error());
    return runs;
  }
  auto program = program_of(spec, base);
  if (!program) return fail(program.error());
  const auto sampler = sampler_of(spec, seed);
  const auto params = sampler ? (*sampler)->propose(0) : std::nullopt;
  auto words = command_line(program->options, params.value_or(Assignment()));
  if (!words) return fail(words.error());
  // It may be there where the sweep is to run.
  if (const auto missing = missing_program(program->options, *words)) runs.warnings.push_back("command: " + *missing);
  runs.program = std::move(*program);
  runs.words = std::move(*words);
  return runs;
}

void print_trainable(const SweepSpec& spec, const Runs& runs) {
  if (!runs.program) {
    print("trainer    {}\n", spec.trainer.type.empty()
                                 ? "none: nothing says what a trial runs. Add `program: train.py` or "
                                   "`command: python3 train.py ${args}`,\n           or train by "
                                   "a loop of your own (winnow asktell)"
                                 : spec.trainer.type);
    return;
  }
  print("program    {}\n", shell_line(runs.words));
  print("           in {}{}\n", runs.program->starts_in,
        spec.process.metrics.empty() ? "" : ", reports read from what it prints");
  for (const std::string& note : runs.program->notes) print("           {}\n", note);
}

void print_space(const Space& space, const Assignment& fixed = {}) {
  TextTable table({{.title = "parameter"}, {.title = "values"}});
  for (const Parameter& parameter : space.parameters()) {
    const Value* value = fixed.find(parameter.name());
    const std::string values = value != nullptr ? value->dump() + ", fixed" : describe(parameter.domain);
    table.add({parameter.name(), values + notes(parameter)});
  }
  print("\n");
  for (const std::string& line : table.lines()) print("{}\n", line);
  for (const LinearConstraint& constraint : space.constraints()) print("constraint {}\n", describe(constraint));
}

/// Its options, those by default too, and what it does with this space.
void print_method(const SweepSpec& spec) {
  const auto sampler = sampler_of(spec, 0);
  const Value options = sampler ? (*sampler)->options() : Value::object();
  std::vector<std::string> said;
  for (const auto& [name, value] : options.items()) said.push_back(fmt::format("{}: {}", name, value.dump()));
  print("method     {}{}\n", spec.method, said.empty() ? "" : fmt::format(" ({})", fmt::join(said, ", ")));
  if (spec.repeat > 1) print("           each point {} times, judged by the mean\n", spec.repeat);
  if (!sampler) return;
  for (const std::string& line : (*sampler)->describe()) print("           {}\n", line);
}

void print_text(const ParsedSpec& parsed, const Sweep& sweep, const Runs& runs, std::optional<std::uint64_t> seed) {
  const SweepSpec& spec = sweep.spec();
  print("name       {}\n", spec.name);
  print_method(spec);
  print("metric     {}\n", metric_text(spec));
  if (spec.metrics.size() == 1) print("best       {}\n", best_text(parsed));
  print("seed       {}\ntrials     {}\n",
        seed ? std::to_string(*seed) : "none given: one is drawn, recorded and printed", trials_text(spec));
  if (const auto trials = spec.budget_no_improvement) {
    print("           no more after {} in a row that end without a new best value\n", *trials);
  }
  if (const std::string said = said_of_slots(spec); !said.empty()) print("           {}\n", said);
  print("scheduler  {}, counts {}\n", spec.scheduler.type,
        spec.scheduler.resource == "step" ? "steps" : spec.scheduler.resource);
  for (const std::string& line : sweep.scheduler().describe()) print("           {}\n", line);
  print_trainable(spec, runs);
  print_space(spec.space, spec.fixed);
}

/// What a file that is no sweep of ours says besides its space.
void print_what_it_says(const SweepSpec& spec) {
  if (!spec.metrics.empty() || !spec.other_metrics.empty()) print("metric     {}\n", metric_text(spec));
  if (spec.run_cap) print("trials     {}\n", *spec.run_cap);
  if (spec.slots > 0) print("slots      {}\n", spec.slots);
  if (spec.seed) print("seed       {}\n", *spec.seed);
}

/// A space alone.
void print_text(const SpaceFile& file, const CheckArgs& args) {
  print("space      {}, {} parameters\n", to_string(file.dialect), file.space.parameters().size());
  SweepSpec spec;
  spec.space = file.space;
  if (const auto points = points_text(spec)) print("grid       {} points\n", *points);
  if (file.says) print_what_it_says(*file.says);
  std::vector<std::string> words = {"winnow", "run", args.file};
  if (!args.space.name.empty()) words.insert(words.end(), {"--space", args.space.name});
  if (!args.space.dialect.empty()) words.insert(words.end(), {"--dialect", args.space.dialect});
  print("run it     {} {}\n", shell_line(words), completing_options(file));
  print_space(file.space);
}

OrderedJson to_json(const SpaceFile& file) {
  OrderedJson json{{"dialect", to_string(file.dialect)}, {"parameters", wandb::to_json(file.space)}};
  if (!file.space.constraints().empty()) json["linear_constraints"] = winnow::to_json(file.space.constraints());
  json["warnings"] = file.warnings;
  return json;
}

OrderedJson to_json(const SweepFile& file, const Sweep& sweep, const Runs& runs, std::optional<std::uint64_t> seed) {
  const SweepSpec& spec = sweep.spec();
  const auto total = total_trials(spec);
  OrderedJson json{{"name", spec.name}, {"method", spec.method}};
  if (const auto sampler = sampler_of(spec, 0)) {
    json["sampler"] = {{"options", (*sampler)->options()}, {"notes", (*sampler)->describe()}};
  }
  if (!spec.fixed.empty()) json["fixed"] = spec.fixed.to_json();
  if (spec.repeat > 1) json["repeat"] = spec.repeat;
  json["seed"] = seed ? OrderedJson(*seed) : OrderedJson();
  json["trials"] = total ? OrderedJson(*total) : OrderedJson();
  if (const auto row = spec.budget_no_improvement) json["no_improvement"] = *row;
  if (spec.metrics.size() == 1) {
    json["best"] = {{"scope", to_string(spec.scope)},
                    {"eligible", spec.stopped_are_eligible ? "all" : "finished"},
                    {"because", file.parsed.best_because}};
  }
  for (const MetricSpec& metric : spec.metrics) {
    OrderedJson entry{{"name", metric.name}, {"goal", to_string(metric.goal)}};
    if (metric.target) entry["target"] = number_to_json(*metric.target);
    if (metric.threshold) entry["threshold"] = number_to_json(*metric.threshold);
    json["metrics"].push_back(entry);
  }
  for (const OtherMetric& metric : spec.other_metrics) json["metrics"].push_back(metric_json(metric));
  json["scheduler"] = {
      {"type", spec.scheduler.type}, {"resource", spec.scheduler.resource}, {"bands", sweep.scheduler().describe()}};
  json["parameters"] = wandb::to_json(spec.space);
  json["warnings"] = file.parsed.warnings;
  for (const std::string& warning : runs.warnings) json["warnings"].push_back(warning);
  return json;
}

int check(const CheckArgs& args) {
  const auto input = read_input(args.file, args.space);
  if (!input) return complain(input.error());
  if (const auto* space = std::get_if<SpaceFile>(&*input)) {
    print_warnings(space->warnings);
    args.json ? print_json(to_json(*space)) : print_text(*space, args);
    return kDone;
  }
  const auto& file = std::get<SweepFile>(*input);
  print_warnings(file.parsed.warnings);
  const SweepSpec& spec = file.parsed.spec;
  if (!args.lines.empty()) {
    CommandOptions options;
    options.stdout_patterns = spec.process.metrics;
    return check_lines(options, args.lines, args.json);
  }
  const auto seed = spec.seed ? spec.seed : args.seed;
  const auto sweep = Sweep::make(spec, seed.value_or(0));
  if (!sweep) return complain(sweep.error());
  auto runs = what_runs(spec, file.path.parent_path(), seed.value_or(0));
  if (!runs) return complain(args.file, runs.error());
  for (std::string& warning : runs->warnings) warning = args.file + ": " + warning;
  print_warnings(runs->warnings);
  args.json ? print_json(to_json(file, *sweep, *runs, seed)) : print_text(file.parsed, *sweep, *runs, seed);
  return kDone;
}

}  // namespace

void add_check(CLI::App& app, int& code) {
  const auto args = std::make_shared<CheckArgs>();
  CLI::App* command =
      add_command(app, "check", "Check a sweep file and print what it means", "winnow check sweep.yaml");
  add_sweep_file(*command, args->file);
  add_dialect_option(*command, args->space);
  command->add_option("--seed", args->seed, "the seed, if the file has none")->check(kSeed);
  command
      ->add_option("--line", args->lines,
                   "a line that the program prints: shows what the file's patterns read in it; may be repeated")
      ->type_name("LINE")
      ->allow_extra_args(false);
  command->add_flag("--json", args->json, "as JSON");
  command->callback([args, &code] { code = check(*args); });
}

}  // namespace winnow::cli
