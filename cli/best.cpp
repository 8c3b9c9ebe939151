/// `winnow best`: also while the sweep runs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/session/open_to_read.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/metric_history.hpp>

namespace winnow::cli {
namespace {

constexpr std::array kScopes = {Scope::last, Scope::best, Scope::avg, Scope::last_5_avg, Scope::last_10_avg};

struct BestArgs {
  RunChoice run;
  std::string scope;   ///< empty: the sweep's
  std::string metric;  ///< `loss`, `acc:maximize`; empty: the sweep's
  bool json = false;
};

std::vector<std::string> scope_names() {
  std::vector<std::string> names;
  for (const Scope scope : kScopes) names.emplace_back(to_string(scope));
  return names;
}

Result<std::optional<Scope>> scope_of(const std::string& word) {
  if (word.empty()) return std::nullopt;
  for (const Scope scope : kScopes) {
    if (to_string(scope) == word) return scope;
  }
  const auto names = scope_names();
  return fail(errc::invalid_input,
              fmt::format("--scope {}: is none of {}{}", word, fmt::join(names, ", "), did_you_mean(word, names)));
}

/// A metric as the command line names it. A metric of the sweep's has the sweep's goal.
Result<std::pair<std::string, Goal>> metric_of(const std::string& text, const SweepSpec& spec) {
  for (const Goal goal : {Goal::minimize, Goal::maximize}) {
    const std::string ending = ":" + std::string(to_string(goal));
    if (text.ends_with(ending) && text != ending) return std::pair(text.substr(0, text.size() - ending.size()), goal);
  }
  for (const MetricSpec& metric : spec.metrics) {
    if (metric.name == text) return std::pair(text, metric.goal);
  }
  if (const auto colon = text.rfind(':'); colon != std::string::npos) {
    return fail(errc::invalid_input,
                fmt::format("--metric {}: '{}' is neither minimize nor maximize", text, text.substr(colon + 1)));
  }
  return fail(errc::invalid_input, fmt::format("--metric {0}: isn't optimised, so say which way is better: --metric "
                                               "{0}:minimize or {0}:maximize",
                                               text));
}

tl::unexpected<Error> never_reported(const Sweep& sweep, const std::string& metric) {
  std::vector<std::string> names;
  for (const Trial& trial : sweep.trials()) {
    for (const auto& [name, value] : trial.last_metrics) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return fail(errc::invalid_input, fmt::format("--metric {}: no trial has reported it{} (there are: {})", metric,
                                               did_you_mean(metric, names), fmt::join(names, ", ")));
}

/// By a metric of which the sweep keeps the last values only: its reports are gone through.
Result<Choice> choice_by(const std::string& name, Goal goal, Scope scope, const Recovered& run,
                         const std::filesystem::path& root) {
  const auto history = std::make_shared<MetricHistory>(name, goal);
  const auto ledger = open_to_read(RunDir{root});
  if (!ledger) return fail(ledger.error());
  if (const auto read = ledger->read(0, [&](const Event& event) { history->take(event); }); !read) {
    return fail(read.error());
  }
  if (history->empty()) return never_reported(run.sweep, name);
  return Choice{name, goal, to_string(scope),
                [history, scope](const Trial& trial) { return history->value(trial.number, scope); }};
}

/// nullopt: as the sweep says.
Result<std::optional<Choice>> choice_of(const BestArgs& args, const Recovered& run, const std::filesystem::path& root) {
  const auto scope = scope_of(args.scope);
  if (!scope) return fail(scope.error());
  if (args.metric.empty() && !*scope) return std::nullopt;
  const Sweep& sweep = run.sweep;
  if (args.metric.empty() && sweep.spec().metrics.size() > 1) {
    return fail(errc::invalid_input,
                "--scope: the sweep optimises several metrics by their last values; say which one "
                "counts alone, e.g. --metric " +
                    sweep.spec().metrics.front().name);
  }
  if (args.metric.empty()) return winnow::choice_of(sweep, *scope);
  const auto metric = metric_of(args.metric, sweep.spec());
  if (!metric) return fail(metric.error());
  auto choice = choice_by(metric->first, metric->second, scope->value_or(sweep.spec().scope), run, root);
  if (!choice) return fail(choice.error());
  return std::move(*choice);
}

int best(const BestArgs& args) {
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  const auto run = recover(found->place.root);
  if (!run) return complain(run.error());
  const auto choice = choice_of(args, *run, found->place.root);
  if (!choice) return complain(choice.error());
  const Choice* by = *choice ? &**choice : nullptr;
  const Sweep& sweep = run->sweep;
  const bool several = by == nullptr && sweep.spec().metrics.size() > 1;
  const bool any = several         ? !pareto_front(sweep).empty()
                   : by != nullptr ? best_trial(sweep, *by).has_value()
                                   : best_trial(sweep).has_value();
  if (args.json) {
    print_json(best_json(sweep, found->place, by));
  } else {
    put(best_text(sweep, found->place, by));
  }
  return any ? kDone : kFailed;
}

}  // namespace

void add_best(CLI::App& app, int& code) {
  const auto args = std::make_shared<BestArgs>();
  CLI::App* command = add_command(app, "best", "Show the best trial of a run (several metrics: the Pareto list)",
                                  "winnow best runs/first --metric accuracy:maximize --scope best");
  add_run_to_look_at(*command, args->run);
  command->add_option("--scope", args->scope, "what a trial's value is [the sweep's]")
      ->type_name(one_of("SCOPE", scope_names()));
  command->add_option("--metric", args->metric, "by another one: NAME, or NAME:minimize or NAME:maximize [the sweep's]")
      ->type_name("METRIC");
  command->add_flag("--json", args->json, "as JSON");
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = best(*args); });
}

}  // namespace winnow::cli
