#include <winnow/session/trial_columns.hpp>

#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>

#include <winnow/core/nearest.hpp>
#include <winnow/session/csv.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow {
namespace {

using Cell = std::optional<Value>;

constexpr std::string_view kMetric = "metric.";
constexpr std::string_view kParam = "param.";
/// The first seven stand in every table.
constexpr std::size_t kUsual = 7;
constexpr std::array kNames = {"trial", "state", "attempt", "step", "rung", "value", "reason", "started", "ended"};

std::function<Cell(const Trial&)> cells_of(const Sweep& sweep, std::string_view name) {
  if (name == "trial") return [](const Trial& trial) -> Cell { return trial.number; };
  if (name == "state") return [](const Trial& trial) -> Cell { return to_string(trial.state); };
  if (name == "attempt") return [](const Trial& trial) -> Cell { return trial.attempt; };
  if (name == "step") return [](const Trial& trial) -> Cell { return trial.furthest; };
  if (name == "rung") return [](const Trial& trial) { return trial.rung < 0 ? Cell() : Cell(trial.rung); };
  if (name == "reason") {
    return [](const Trial& trial) { return trial.reason.empty() ? Cell() : Cell(trial.reason); };
  }
  if (name == "started") {
    return [](const Trial& trial) { return trial.attempt == 0 ? Cell() : Cell(trial.started_at); };
  }
  if (name == "ended") {
    return [](const Trial& trial) { return has_ended(trial.state) ? Cell(trial.ended_at) : Cell(); };
  }
  if (name == "value") {
    return [&sweep](const Trial& trial) {
      const auto value = trial_value(sweep, trial);
      return value ? Cell(*value) : Cell();
    };
  }
  if (name.starts_with(kMetric)) {
    return [metric = std::string(name.substr(kMetric.size()))](const Trial& trial) {
      const double* value = find_metric(trial.last_metrics, metric);
      return value != nullptr ? Cell(*value) : Cell();
    };
  }
  if (name.starts_with(kParam)) {
    return [param = std::string(name.substr(kParam.size()))](const Trial& trial) {
      const Value* value = trial.params.find(param);
      return value != nullptr ? Cell(*value) : Cell();
    };
  }
  return {};
}

std::vector<std::string> cells_csv(const std::vector<TrialColumn>& columns, const Trial& trial) {
  std::vector<std::string> cells;
  cells.reserve(columns.size());
  for (const TrialColumn& column : columns) {
    const Cell cell = column.cell(trial);
    cells.push_back(cell ? csv::value(*cell) : "");
  }
  return cells;
}

}  // namespace

std::vector<std::string> metric_names(const Sweep& sweep) {
  std::vector<std::string> names;
  std::set<std::string_view> known;
  for (const Trial& trial : sweep.trials()) {
    for (const Metric& metric : trial.last_metrics) {
      if (known.insert(metric.first).second) names.push_back(metric.first);
    }
  }
  return names;
}

std::vector<std::string> parameter_names(const Space& space, const std::vector<const Assignment*>& trials) {
  std::vector<std::string> names;
  for (const Parameter& parameter : space.parameters()) names.push_back(parameter.name());
  std::set<std::string, std::less<>> known(names.begin(), names.end());
  for (const Assignment* assignment : trials) {
    for (const auto& [name, value] : assignment->entries()) {
      if (known.insert(name).second) names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> parameter_names(const Sweep& sweep) {
  std::vector<const Assignment*> assignments;
  for (const Trial& trial : sweep.trials()) assignments.push_back(&trial.params);
  return parameter_names(sweep.spec().space, assignments);
}

std::vector<TrialColumn> trial_columns(const Sweep& sweep) {
  std::vector<std::string> names(kNames.begin(), kNames.begin() + kUsual);
  for (const std::string& name : metric_names(sweep)) names.push_back(std::string(kMetric) + name);
  for (const std::string& name : parameter_names(sweep)) names.push_back(std::string(kParam) + name);
  std::vector<TrialColumn> columns;
  columns.reserve(names.size());
  for (std::string& name : names) {
    auto cells = cells_of(sweep, name);
    columns.push_back({std::move(name), std::move(cells)});
  }
  return columns;
}

Result<TrialColumn> trial_column(const Sweep& sweep, std::string_view name) {
  auto cells = cells_of(sweep, name);
  if (cells) return TrialColumn{std::string(name), std::move(cells)};
  const std::vector<std::string> names(kNames.begin(), kNames.end());
  return fail(errc::invalid_input, fmt::format("there is no column '{}'{} (there are {}, metric.NAME and param.NAME)",
                                               name, did_you_mean(std::string(name), names), fmt::join(names, ", ")));
}

OrderedJson cell_json(const std::optional<Value>& cell) {
  if (!cell) return nullptr;
  return cell->is_number_float() ? number_to_json(cell->get<double>()) : OrderedJson(*cell);
}

std::string csv_header(const std::vector<TrialColumn>& columns) {
  std::vector<std::string> names;
  for (const TrialColumn& column : columns) names.push_back(csv::text(column.name));
  return csv::line(names);
}

std::string csv_row(const std::vector<TrialColumn>& columns, const Trial& trial) {
  return csv::line(cells_csv(columns, trial));
}

std::string reports_csv_header() {
  return "seq,trial,attempt,step,time,metric,value,verdict,rung,judged\n";
}

std::string reports_csv(const Event& event) {
  const Metrics* metrics = metrics_of(event);
  if (metrics == nullptr) return {};
  const auto* reported = event.as<event::Reported>();
  std::string rows;
  for (const Metric& metric : *metrics) {
    rows += csv::line({std::to_string(event.seq), std::to_string(event.trial), std::to_string(event.attempt),
                       reported == nullptr ? "" : std::to_string(reported->step), csv::number(event.time),
                       csv::text(metric.first), csv::number(metric.second),
                       reported == nullptr ? "" : std::string(to_string(reported->verdict)),
                       reported == nullptr || reported->rung < 0 ? "" : std::to_string(reported->rung),
                       reported != nullptr && reported->judged ? "true" : "false"});
  }
  return rows;
}

}  // namespace winnow
