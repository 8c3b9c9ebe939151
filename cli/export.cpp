/// `winnow export`: the trials or the reports of a run as CSV or JSON, for spreadsheets and scripts.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/csv.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/lineage.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/trial_table.hpp>
#include <winnow/session/open_to_read.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

struct ExportArgs {
  std::string dir;
  bool csv = false;
  bool json = false;
  bool reports = false;  ///< one row a metric of a report, instead of one a trial
  bool lineage = false;  ///< one row an exploit
  std::string output;    ///< empty: standard output
};

/// One JSON array, one element a line.
class JsonList {
public:
  explicit JsonList(Output& output) : output_(output) {}
  void add(const OrderedJson& json) {
    output_.write(empty_ ? "[\n" : ",\n");
    output_.write(json_text(json));
    empty_ = false;
  }
  void end() { output_.write(empty_ ? "[]\n" : "\n]\n"); }

private:
  Output& output_;
  bool empty_ = true;
};

/// All that some trial has reported, in order of first sight.
std::vector<std::string> metric_names(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const Trial& trial : sweep.trials()) {
    for (const Metric& metric : trial.last_metrics) {
      if (std::find(names.begin(), names.end(), metric.first) == names.end()) names.push_back(metric.first);
    }
  }
  return names;
}

std::vector<std::string> names_of_parameters(const Sweep& sweep) {
  std::vector<const Assignment*> assignments;
  for (const Trial& trial : sweep.trials()) assignments.push_back(&trial.params);
  return parameter_names(sweep.spec().space, assignments);
}

std::vector<std::string> trial_fields(const Sweep& sweep, const Trial& trial, const std::vector<std::string>& metrics,
                                      const std::vector<std::string>& parameters) {
  const auto value = trial_value(sweep, trial);
  std::vector<std::string> fields = {std::to_string(trial.number),
                                     std::string(to_string(trial.state)),
                                     std::to_string(trial.attempt),
                                     std::to_string(trial.furthest),
                                     trial.rung < 0 ? "" : std::to_string(trial.rung),
                                     value ? csv::number(*value) : "",
                                     trial.reason.empty() ? "" : csv::text(trial.reason)};
  for (const std::string& name : metrics) {
    const double* metric = find_metric(trial.last_metrics, name);
    fields.push_back(metric != nullptr ? csv::number(*metric) : "");
  }
  for (const std::string& name : parameters) {
    const Value* param = trial.params.find(name);
    fields.push_back(param != nullptr ? csv::value(*param) : "");
  }
  return fields;
}

void write_trials_csv(const Sweep& sweep, Output& output) {
  const auto metrics = metric_names(sweep);
  std::vector<std::string> header = {"trial", "state", "attempt", "step", "rung", "value", "reason"};
  for (const std::string& name : metrics) header.push_back(csv::text("metric." + name));
  const auto parameters = names_of_parameters(sweep);
  for (const std::string& name : parameters) header.push_back(csv::text("param." + name));
  output.write(csv::line(header));
  for (const Trial& trial : sweep.trials()) output.write(csv::line(trial_fields(sweep, trial, metrics, parameters)));
}

void write_trials_json(const Sweep& sweep, Output& output) {
  JsonList list(output);
  for (const Trial& trial : sweep.trials()) list.add(trial_json(sweep, trial));
  list.end();
}

/// `reported`: null for a final value by ask/tell, which has no step and no verdict.
std::vector<std::string> report_fields(const Event& event, const event::Reported* reported, const Metric& metric) {
  return {std::to_string(event.seq),
          std::to_string(event.trial),
          std::to_string(event.attempt),
          reported == nullptr ? "" : std::to_string(reported->step),
          csv::number(event.time),
          csv::text(metric.first),
          csv::number(metric.second),
          reported == nullptr ? "" : std::string(to_string(reported->verdict)),
          reported == nullptr || reported->rung < 0 ? "" : std::to_string(reported->rung),
          reported != nullptr && reported->judged ? "true" : "false"};
}

OrderedJson report_json(const Event& event, const event::Reported* reported, const Metric& metric) {
  const OrderedJson none;
  OrderedJson json{{"seq", event.seq}, {"trial", event.trial}, {"attempt", event.attempt}};
  json["step"] = reported == nullptr ? none : OrderedJson(reported->step);
  json["time"] = number_to_json(event.time);
  json["metric"] = metric.first;
  json["value"] = number_to_json(metric.second);
  json["verdict"] = reported == nullptr ? none : OrderedJson(to_string(reported->verdict));
  json["rung"] = reported == nullptr || reported->rung < 0 ? none : OrderedJson(reported->rung);
  json["judged"] = reported != nullptr && reported->judged;
  return json;
}

/// Straight from the ledger, event by event: a long run needs no more memory than a short one.
Result<void> write_reports(const ExportArgs& args, Output& output) {
  const auto dir = RunDir::open(args.dir);
  if (!dir) return fail(dir.error());
  const auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  JsonList list(output);
  if (args.csv) output.write("seq,trial,attempt,step,time,metric,value,verdict,rung,judged\n");
  auto read = ledger->read(0, [&](const Event& event) {
    const Metrics* metrics = metrics_of(event);
    if (metrics == nullptr || output.done()) return;
    const auto* reported = event.as<event::Reported>();
    for (const Metric& metric : *metrics) {
      args.csv ? output.write(csv::line(report_fields(event, reported, metric)))
               : list.add(report_json(event, reported, metric));
    }
  });
  if (args.json) list.end();
  return read;
}

void write_lineage(const ExportArgs& args, const Sweep& sweep, Output& output) {
  if (args.csv) {
    for (const auto& row : lineage_rows(sweep)) output.write(csv::line(row));
    return;
  }
  JsonList list(output);
  for (const OrderedJson& exploit : exploits_json(sweep)) list.add(exploit);
  list.end();
}

Result<void> write_trials(const ExportArgs& args, Output& output) {
  const auto run = recover(args.dir);
  if (!run) return fail(run.error());
  if (args.lineage) {
    write_lineage(args, run->sweep, output);
  } else {
    args.csv ? write_trials_csv(run->sweep, output) : write_trials_json(run->sweep, output);
  }
  return {};
}

int export_run(const ExportArgs& args) {
  if (args.csv == args.json) {
    return complain({errc::invalid_input, args.csv ? "export: --csv and --json stand side by side; give one of them"
                                                   : "export: give --csv or --json"});
  }
  // Before the output, so that a wrong directory leaves no file behind.
  if (const auto dir = RunDir::open(args.dir); !dir) return complain(dir.error());
  auto output = Output::open(args.output, args.dir);
  if (!output) return complain(output.error());
  if (auto written = args.reports ? write_reports(args, *output) : write_trials(args, *output); !written) {
    output->abandon();
    return complain(written.error());
  }
  const auto finished = output->finish();
  return finished ? kDone : complain(finished.error());
}

}  // namespace

void add_export(CLI::App& app, int& code) {
  const auto args = std::make_shared<ExportArgs>();
  CLI::App* command = add_command(app, "export", "Write the trials or reports of a run as CSV or JSON",
                                  "winnow export runs/first --csv -o trials.csv");
  add_run_directory(*command, args->dir);
  command->add_flag("--csv", args->csv, "comma-separated values with a header line");
  command->add_flag("--json", args->json, "one JSON array, an element a line");
  command->add_flag("--reports", args->reports, "every metric of every report, instead of the trials");
  command->add_flag("--lineage", args->lineage, "every exploit of population-based training, instead of the trials")
      ->excludes("--reports");
  add_output_option(*command, args->output);
  command->callback([args, &code] { code = export_run(*args); });
}

}  // namespace winnow::cli
