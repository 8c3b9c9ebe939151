#include <winnow/session/retrain.hpp>

#include <fmt/format.h>

#include <bit>
#include <map>

#include <winnow/session/open_to_read.hpp>
#include <winnow/space/document.hpp>
#include <winnow/spec/settings.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {
namespace {

OrderedJson fifo_like(const Sweep& sweep) {
  OrderedJson scheduler{{"type", "fifo"}};
  if (const auto max_t = sweep.scheduler().max_t()) scheduler["max_t"] = *max_t;
  scheduler["resource"] = sweep.spec().scheduler.resource;
  if (sweep.spec().scheduler.metric) scheduler["metric"] = *sweep.spec().scheduler.metric;
  return scheduler;
}

void drop_targets(OrderedJson& file) {
  if (file.contains("metric")) file["metric"].erase("target");
  if (!file.contains("metrics")) return;
  for (OrderedJson& metric : file["metrics"]) metric.erase("target");
}

/// Settings as they are now, not as the file had them.
void put_settings(const SweepSpec& spec, OrderedJson& file) {
  for (const std::string_view section : {"trial", "resources", "devices", "checkpoints"})
    file.erase(std::string(section));
  for (const auto& [name, value] : settings_of(spec)) {
    const bool wanted = name.starts_with("trial.") || name.starts_with("resources.") || name == "devices" ||
                        name.starts_with("checkpoints.");
    if (wanted && !value.is_null()) put_setting(file, name, value);
  }
  if (spec.checkpoints_last + spec.checkpoints_best == 0) file["checkpoints"]["last"] = 1;
}

using Curve = std::map<Step, Metrics>;

/// The latest attempt's report counts where one went over old ground.
Result<Curve> curve_of(const std::filesystem::path& root, TrialId trial) {
  const auto ledger = open_to_read(RunDir{root});
  if (!ledger) return fail(ledger.error());
  Curve curve;
  auto read = ledger->read(0, [&](const Event& event) {
    const auto* reported = event.as<event::Reported>();
    if (reported == nullptr || event.trial != trial) return;
    Metrics& metrics = curve[reported->step];
    metrics.insert(metrics.end(), reported->metrics.begin(), reported->metrics.end());
  });
  if (!read) return fail(read.error());
  return curve;
}

std::optional<std::string> first_difference(const Curve& first, const Curve& again) {
  for (const auto& [step, metrics] : first) {
    const auto other = again.find(step);
    for (const auto& [name, value] : metrics) {
      const double* now = other == again.end() ? nullptr : find_metric(other->second, name);
      if (now != nullptr && std::bit_cast<std::uint64_t>(*now) == std::bit_cast<std::uint64_t>(value)) continue;
      return fmt::format("{} at step {}: {}, and {} now", name, step, format_double(value),
                         now != nullptr ? format_double(*now) : "no report");
    }
  }
  return std::nullopt;
}

}  // namespace

Result<SweepFile> sweep_of_trial(const Recovered& run, TrialId number) {
  const Sweep& sweep = run.sweep;
  const Trial* trial = sweep.find(number);
  if (trial == nullptr) {
    return fail(errc::unknown_trial,
                fmt::format("there is no trial {}; {} trials were started", number, sweep.trials().size()));
  }
  if (!sweep.spec().has_trainable()) {
    return fail(
        errc::invalid_input,
        "the sweep has no trainer and no program: its trials were trained by the program that ran it, or the client of "
        "`winnow asktell`");
  }
  const auto document = parse_document(run.text, "sweep.yaml");
  if (!document) return fail(document.error());
  OrderedJson file = document->root.ordered();
  for (const char* key : {"budget", "failures", "slots", "num_samples", "repeat", "early_terminate"}) file.erase(key);
  drop_targets(file);
  put_settings(sweep.spec(), file);
  if (file.contains("metric")) {
    file["metric"]["scope"] = to_string(sweep.spec().scope);
    file["metric"]["eligible"] = sweep.spec().stopped_are_eligible ? "all" : "finished";
  }
  if (sweep.spec().runs_program()) file["process"]["wandb"] = sweep.spec().process.wandb;
  file["name"] = fmt::format("{}-trial-{}", sweep.spec().name, number);
  file["scheduler"] = fifo_like(sweep);
  if (sweep.spec().method == "dehb") {  // goes with its scheduler only
    file.erase("method");
    file["sampler"] = {{"type", "random"}};
  }
  file["run_cap"] = 1;
  file["start_with"] = OrderedJson::array({trial->params.to_json()});
  file["seed"] = sweep.seed();
  file["trial_seed"] = sweep.trial_seed(number);
  std::string text = file.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  const std::filesystem::path path = run.base / fmt::format("trial-{}.json", number);
  auto parsed = parse_spec(text, path.string());
  if (!parsed) return fail(parsed.error());
  return SweepFile{std::move(*parsed), std::move(text), path};
}

Result<CurveComparison> compare_curves(const std::filesystem::path& root, TrialId trial,
                                       const std::filesystem::path& again, TrialId trial_again) {
  const auto first = curve_of(root, trial);
  if (!first) return fail(first.error());
  const auto second = curve_of(again, trial_again);
  if (!second) return fail(second.error());
  return CurveComparison{static_cast<std::int64_t>(first->size()), first_difference(*first, *second)};
}

}  // namespace winnow
