#include <winnow/cli/summary.hpp>

#include <fmt/format.h>

#include <winnow/cli/shell.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/storage/checkpoints.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/trainers/command.hpp>

namespace winnow::cli {
namespace {

std::string metric_lines(const Sweep& sweep, const Trial& trial, const char* indent) {
  std::string lines;
  for (const auto& [name, value] : trial.last_metrics) {
    const bool objective = sweep.objective() != nullptr && name == sweep.objective()->name;
    lines += fmt::format("{}{} = {:.6g}{}\n", indent, one_line(name), value, objective ? "  (objective)" : "");
  }
  return lines;
}

/// How much of running every trial to max_t was spent; nullopt where there is no max_t.
std::optional<double> full_cost(const Sweep& sweep) {
  const auto max_t = sweep.scheduler().max_t();
  if (!max_t || sweep.trials().empty()) return std::nullopt;
  return *max_t * static_cast<double>(sweep.trials().size());
}

/// The checkpoint behind the trial's value: the best one where metric.scope is best, else the newest; or empty.
std::filesystem::path checkpoint_of(const Sweep& sweep, const std::filesystem::path& root, TrialId trial) {
  const RunDir dir{root};
  if (sweep.spec().runs_program()) {  // a program keeps its own; the store has only notes on pauses
    const std::filesystem::path home = dir.trial(trial);
    return program_checkpoint(home);
  }
  const CheckpointStore store(dir.checkpoints(), 1, 1);
  if (sweep.spec().scope == Scope::best) {
    if (const auto best = store.best(trial); best && *best) return store.path(trial, **best);
  }
  const auto last = store.newest(trial, sweep.find(trial)->furthest);
  return last && *last ? store.path(trial, **last) : std::filesystem::path();
}

/// The first thing to look at when trials fail.
std::string last_failure(const Sweep& sweep) {
  const Trial* last = nullptr;
  for (const Trial& trial : sweep.trials()) {
    if (trial.state == TrialState::failed && (last == nullptr || trial.ended_at >= last->ended_at)) last = &trial;
  }
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

OrderedJson metrics_json(const Metrics& metrics) {
  OrderedJson json = OrderedJson::object();
  for (const auto& [name, value] : metrics) json[name] = number_to_json(value);
  return json;
}

OrderedJson trial_json(const Sweep& sweep, const Trial& trial) {
  OrderedJson json{{"trial", trial.number}, {"state", to_string(trial.state)}, {"attempt", trial.attempt}};
  json["step"] = trial.furthest;
  json["rung"] = trial.rung < 0 ? OrderedJson() : OrderedJson(trial.rung);
  const auto value = trial_value(sweep, trial);
  json["value"] = value ? number_to_json(*value) : OrderedJson();
  json["metrics"] = metrics_json(trial.last_metrics);
  json["params"] = sweep.spec().space.nest(trial.params);
  if (!trial.reason.empty()) json["reason"] = trial.reason;
  return json;
}

OrderedJson best_json(const Sweep& sweep, const std::filesystem::path& root) {
  const auto one = [&](TrialId number) {
    OrderedJson json = trial_json(sweep, *sweep.find(number));
    const auto checkpoint = checkpoint_of(sweep, root, number);
    json["checkpoint"] = checkpoint.empty() ? OrderedJson() : OrderedJson(checkpoint.string());
    if (sweep.spec().has_trainable()) json["train_again"] = train_command(root, number);
    return json;
  };
  if (sweep.spec().metrics.size() > 1) {
    OrderedJson front = OrderedJson::array();
    for (const TrialId trial : pareto_front(sweep)) front.push_back(one(trial));
    return front;
  }
  const auto best = best_trial(sweep);
  if (!best) return {};
  OrderedJson json = one(best->trial);
  if (best->fallback) json["note"] = fmt::format("{}; this is the one trained furthest", reason(*best));
  return json;
}

OrderedJson summary_json(const Sweep& sweep, const std::filesystem::path& root, const std::string& why) {
  const SweepCounts& n = sweep.counts();
  OrderedJson json{{"event", "summary"}, {"dir", root.string()}, {"why", why}, {"seed", sweep.seed()}};
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
  json["best"] = best_json(sweep, root);
  return json;
}

std::string best_text(const Sweep& sweep, const std::filesystem::path& root) {
  const auto describe = [&](TrialId number) {
    const Trial& trial = *sweep.find(number);
    std::string text = fmt::format("  parameters: {}\n", params_text(trial.params));
    text += metric_lines(sweep, trial, "  ");
    if (const auto path = checkpoint_of(sweep, root, number); !path.empty())
      text += "  checkpoint: " + path.string() + "\n";
    if (sweep.spec().has_trainable()) text += "  train it again: " + train_command(root, number) + "\n";
    return text;
  };
  if (sweep.spec().metrics.size() > 1) {
    const auto front = pareto_front(sweep);
    std::string text = fmt::format("{} trials on the Pareto front\n", front.size());
    if (const auto n = beyond_thresholds(sweep); n > 0) text += fmt::format("  ({} beyond a threshold left out)\n", n);
    for (const TrialId trial : front) text += fmt::format("trial {}\n{}", trial, describe(trial));
    return text;
  }
  const auto best = best_trial(sweep);
  if (!best) return "no trial has a value yet\n";
  std::string text =
      fmt::format("best: trial {}, {} = {:.6g} ({}, after step {})\n", best->trial, sweep.objective()->name,
                  best->value, to_string(sweep.find(best->trial)->state), sweep.find(best->trial)->furthest);
  if (best->fallback) text += fmt::format("  ({}: this is the one trained furthest)\n", reason(*best));
  return text + describe(best->trial);
}

std::string summary_text(const Sweep& sweep, const std::filesystem::path& root, const std::string& why) {
  const SweepCounts& n = sweep.counts();
  std::string text =
      fmt::format("{}: {} trial{} ({} completed, {} stopped early, {} failed", why, sweep.trials().size(),
                  sweep.trials().size() == 1 ? "" : "s", n.completed, n.stopped, n.failed);
  if (n.paused > 0) text += fmt::format(", {} paused", n.paused);
  if (n.queued + n.running > 0) text += fmt::format(", {} open", n.queued + n.running);
  text += fmt::format("), {} reports\n", n.reports);
  if (const auto full = full_cost(sweep); full && n.resource > 0 && sweep.spec().scheduler.type != "fifo") {
    text += fmt::format("early stopping: {:g} of {:g} {}s trained, {:.0f} % saved against running all to the end\n",
                        n.resource, *full, sweep.spec().scheduler.resource == "reports" ? "report" : "step",
                        100 * (1 - n.resource / *full));
  }
  return text + last_failure(sweep) + best_text(sweep, root);
}

}  // namespace winnow::cli
