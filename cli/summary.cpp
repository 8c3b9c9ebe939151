#include <winnow/cli/summary.hpp>

#include <fmt/format.h>

#include <cmath>

#include <winnow/cli/text_table.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/failures.hpp>

namespace winnow::cli {
namespace {

/// `choice`: by what the trial is the best; null: it is one of several.
std::string metric_lines(const Trial& trial, const Choice* choice, const char* indent) {
  std::string lines;
  for (const auto& [name, value] : trial.last_metrics) {
    std::string note;
    if (choice != nullptr && name == choice->metric) {
      const auto chosen = choice->value(trial);
      const bool same = chosen && (*chosen == value || (std::isnan(*chosen) && std::isnan(value)));
      note = same ? "  (objective)" : fmt::format("  (last reported; {} = {})", choice->what, value_text(chosen));
    }
    lines += fmt::format("{}{} = {:.6g}{}\n", indent, one_line(name), value, note);
  }
  return lines;
}

/// How much of running every trial to max_t was spent; nullopt where there is no max_t.
std::size_t exploits_in(const Sweep& sweep) {
  std::size_t exploits = 0;
  for (const Trial& trial : sweep.trials()) exploits += trial.inherited.size();
  return exploits;
}

std::optional<double> full_cost(const Sweep& sweep) {
  const auto max_t = sweep.scheduler().max_t();
  if (!max_t || sweep.trials().empty()) return std::nullopt;
  return *max_t * static_cast<double>(sweep.trials().size());
}

std::string failure_text(const Sweep& sweep) {
  const Trial* last = last_failure(sweep);
  if (last == nullptr || last->reason.empty()) return "";
  return fmt::format("last failure: trial {}: {}\n", last->number, last->reason);
}

}  // namespace

std::string short_value(const Value& value) {
  if (value.is_number_float()) return fmt::format("{:.6g}", value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::string value_text(std::optional<double> value) {
  return value ? fmt::format("{:.6g}", *value) : "-";
}

std::string params_text(const Assignment& params) {
  std::string text;
  for (const auto& [name, value] : params.entries())
    text += (text.empty() ? "" : " ") + one_line(name + "=" + short_value(value));
  return text;
}

OrderedJson best_json(const Sweep& sweep, const RunPlace& run, const Choice* choice) {
  OrderedJson json = best_trials_json(sweep, run.root, choice);
  const auto add_command = [&](OrderedJson& trial) {
    if (sweep.spec().has_trainable()) trial["train_again"] = train_command(run, trial.at("trial").get<TrialId>());
  };
  if (json.is_object()) add_command(json);
  if (json.is_array()) {
    for (OrderedJson& trial : json) add_command(trial);
  }
  return json;
}

OrderedJson summary_json(const Sweep& sweep, const RunPlace& run, const std::string& why) {
  const SweepCounts& n = sweep.counts();
  OrderedJson json{
      {"event", "summary"}, {run.is_copy ? "sweep" : "dir", run.name}, {"why", why}, {"seed", sweep.seed()}};
  json["trials"] = {{"created", sweep.trials().size()},
                    {"completed", n.completed},
                    {"stopped", n.stopped},
                    {"failed", n.failed},
                    {"queued", n.queued},
                    {"paused", n.paused},
                    {"running", n.running}};
  json["reports"] = n.reports;
  json["resource"] = n.resource;
  if (const auto full = full_cost(sweep)) json["resource_without_stopping"] = *full;
  json["best"] = best_json(sweep, run);
  return json;
}

std::string best_text(const Sweep& sweep, const RunPlace& run, const Choice* choice) {
  const auto describe = [&](TrialId number, const Choice* by) {
    const Trial& trial = *sweep.find(number);
    std::string text = fmt::format("  parameters: {}\n", params_text(trial.params));
    text += metric_lines(trial, by, "  ");
    if (const auto path = checkpoint_of(sweep, run.root, number, wants_best(sweep, choice)); !path.empty())
      text += "  checkpoint: " + path.string() + "\n";
    if (!trial.inherited.empty()) {
      text += fmt::format("  how it came about: {} --trial {}\n", lineage_command(run), number);
    } else if (sweep.spec().has_trainable()) {
      text += "  train it again: " + train_command(run, number) + "\n";
    }
    return text;
  };
  if (choice == nullptr && sweep.spec().metrics.size() > 1) {
    const auto front = pareto_front(sweep);
    std::string text = fmt::format("{} trial{} on the Pareto front\n", front.size(), front.size() == 1 ? "" : "s");
    if (const auto n = beyond_thresholds(sweep); n > 0) text += fmt::format("  ({} beyond a threshold left out)\n", n);
    for (const TrialId trial : front) text += fmt::format("trial {}\n{}", trial, describe(trial, nullptr));
    return text;
  }
  const auto own = choice_of(sweep);
  const Choice* by = choice != nullptr ? choice : own ? &*own : nullptr;
  const auto best = by != nullptr ? best_trial(sweep, *by) : std::nullopt;
  if (!best) return "no trial has a value yet\n";
  std::string text =
      fmt::format("best: trial {}, {} = {:.6g} ({}, after step {})\n", best->trial, by->metric, best->value,
                  to_string(sweep.find(best->trial)->state), sweep.find(best->trial)->furthest);
  if (best->fallback) text += fmt::format("  ({}: this is the one trained furthest)\n", reason(*best));
  return text + describe(best->trial, by);
}

std::string summary_text(const Sweep& sweep, const RunPlace& run, const std::string& why) {
  const SweepCounts& n = sweep.counts();
  std::string text =
      fmt::format("{}: {} trial{} ({} completed, {} stopped early, {} failed", why, sweep.trials().size(),
                  sweep.trials().size() == 1 ? "" : "s", n.completed, n.stopped, n.failed);
  if (n.paused > 0) text += fmt::format(", {} paused", n.paused);
  if (n.queued + n.running > 0) text += fmt::format(", {} open", n.queued + n.running);
  text += fmt::format("), {} reports\n", n.reports);
  if (clones(sweep.spec().scheduler.type, sweep.spec().scheduler.options)) {
    const std::size_t exploits = exploits_in(sweep);
    text += fmt::format("{} exploit{}{}\n", exploits, exploits == 1 ? "" : "s",
                        exploits > 0 ? fmt::format(" (`{}` shows them)", lineage_command(run)) : "");
  } else if (const auto full = full_cost(sweep);
             full && n.resource > 0 && n.resource <= *full && sweep.spec().scheduler.type != "fifo") {
    text += fmt::format("early stopping: {:g} of {:g} {}s trained, {:.0f} % saved against running all to the end\n",
                        n.resource, *full, sweep.spec().scheduler.resource == "reports" ? "report" : "step",
                        100 * (1 - n.resource / *full));
  }
  for (const Trial& trial : sweep.trials()) {
    if (trial.state != TrialState::paused || !trial.held) continue;
    text += fmt::format("trial {0} is paused by command: `{1} --trial {0}` lets it go on\n", trial.number,
                        resume_command(run));
  }
  return text + failure_text(sweep) + best_text(sweep, run);
}

}  // namespace winnow::cli
