#include <winnow/session/sweep_json.hpp>

#include <fmt/format.h>

#include <variant>

#include <winnow/storage/checkpoints.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/trainers/command.hpp>

namespace winnow {

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

std::filesystem::path checkpoint_of(const Sweep& sweep, const std::filesystem::path& root, TrialId trial,
                                    bool of_best) {
  const RunDir dir{root};
  if (sweep.spec().runs_program()) {  // a program keeps its own; the store has only notes on pauses
    const std::filesystem::path home = dir.trial(trial);
    return program_checkpoint(home);
  }
  const CheckpointStore store(dir.checkpoints(), 1, 1);
  if (of_best) {
    if (const auto best = store.best(trial); best && *best) return store.path(trial, **best);
  }
  const auto last = store.newest(trial, sweep.find(trial)->furthest);
  return last && *last ? store.path(trial, **last) : std::filesystem::path();
}

bool wants_best(const Sweep& sweep, const Choice* choice) {
  if (choice == nullptr) return sweep.spec().scope == Scope::best;
  return choice->what == to_string(Scope::best) && sweep.objective() != nullptr &&
         choice->metric == sweep.objective()->name;
}

OrderedJson best_trials_json(const Sweep& sweep, const std::filesystem::path& root, const Choice* choice) {
  const auto one = [&](TrialId number) {
    OrderedJson json = trial_json(sweep, *sweep.find(number));
    const auto checkpoint = checkpoint_of(sweep, root, number, wants_best(sweep, choice));
    json["checkpoint"] = checkpoint.empty() ? OrderedJson() : OrderedJson(checkpoint.string());
    return json;
  };
  if (choice == nullptr && sweep.spec().metrics.size() > 1) {
    OrderedJson front = OrderedJson::array();
    for (const TrialId trial : pareto_front(sweep)) front.push_back(one(trial));
    return front;
  }
  const auto own = choice_of(sweep);
  const Choice* by = choice != nullptr ? choice : own ? &*own : nullptr;
  const auto best = by != nullptr ? best_trial(sweep, *by) : std::nullopt;
  if (!best) return {};
  OrderedJson json = one(best->trial);
  if (choice != nullptr) {
    json["value"] = number_to_json(best->value);
    json["metric"] = choice->metric;
    json["scope"] = choice->what;
  }
  if (best->fallback) json["note"] = fmt::format("{}; this is the one trained furthest", reason(*best));
  return json;
}

namespace {

template <class What>
void add_fields(const What& what, OrderedJson& json) {
  if constexpr (requires { what.step; }) json["step"] = what.step;
  if constexpr (requires { what.from_step; }) {
    if (what.from_step) json["from_step"] = *what.from_step;
  }
  if constexpr (requires { what.donor; }) json["donor"] = what.donor;
  if constexpr (requires { what.metrics; }) json["metrics"] = metrics_json(what.metrics);
  if constexpr (requires { what.judged; }) json["judged"] = what.judged;
  if constexpr (requires { what.verdict; }) json["verdict"] = to_string(what.verdict);
  if constexpr (requires { what.rung; }) json["rung"] = what.rung < 0 ? OrderedJson() : OrderedJson(what.rung);
  if constexpr (requires { what.completed; }) json["completed"] = what.completed;
  if constexpr (requires { what.commanded; }) json["commanded"] = what.commanded;
  if constexpr (requires { what.out_of_memory; }) json["out_of_memory"] = what.out_of_memory;
  if constexpr (requires { what.seed; }) json["seed"] = what.seed;
  if constexpr (requires { what.seen; }) json["seen"] = what.seen;
  if constexpr (requires { what.params; }) json["params"] = what.params.to_json();
}

}  // namespace

OrderedJson event_json(const Event& event) {
  OrderedJson json{{"seq", event.seq}, {"time", number_to_json(event.time)}, {"kind", to_string(event.kind())}};
  if (event.trial >= 0) {
    json["trial"] = event.trial;
    json["attempt"] = event.attempt;
    json["state"] = to_string(event.state);
  }
  if (!event.text.empty()) json["text"] = event.text;
  std::visit([&](const auto& what) { add_fields(what, json); }, event.what);
  return json;
}

}  // namespace winnow
