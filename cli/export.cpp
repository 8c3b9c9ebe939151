/// `winnow export`: the trials or the reports of a run as CSV or JSON, for spreadsheets and scripts.
#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/lineage.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/session/csv.hpp>
#include <winnow/session/open_to_read.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/trial_columns.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow::cli {
namespace {

struct ExportArgs {
  RunChoice run;
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

void write_trials_csv(const Sweep& sweep, Output& output) {
  const auto columns = trial_columns(sweep);
  output.write(csv_header(columns));
  for (const Trial& trial : sweep.trials()) output.write(csv_row(columns, trial));
}

void write_trials_json(const Sweep& sweep, Output& output) {
  JsonList list(output);
  for (const Trial& trial : sweep.trials()) list.add(trial_json(sweep, trial));
  list.end();
}

/// `reported`: null for a final value by ask/tell, which has no step and no verdict.
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
Result<void> write_reports(const ExportArgs& args, const RunDir& dir, Output& output) {
  const auto ledger = open_to_read(dir);
  if (!ledger) return fail(ledger.error());
  JsonList list(output);
  if (args.csv) output.write(reports_csv_header());
  auto read = ledger->read(0, [&](const Event& event) {
    const Metrics* metrics = metrics_of(event);
    if (metrics == nullptr || output.done()) return;
    if (args.csv) return output.write(reports_csv(event));
    for (const Metric& metric : *metrics) list.add(report_json(event, event.as<event::Reported>(), metric));
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

Result<void> write_trials(const ExportArgs& args, const RunDir& dir, Output& output) {
  const auto run = recover(dir.root);
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
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  // Before the output, so that a wrong directory leaves no file behind.
  const auto dir = RunDir::open(found->place.root);
  if (!dir) return complain(dir.error());
  auto output = Output::open(args.output, dir->root);
  if (!output) return complain(output.error());
  if (auto written = args.reports ? write_reports(args, *dir, *output) : write_trials(args, *dir, *output); !written) {
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
  add_run_to_look_at(*command, args->run);
  command->add_flag("--csv", args->csv, "comma-separated values with a header line");
  command->add_flag("--json", args->json, "one JSON array, an element a line");
  command->add_flag("--reports", args->reports, "every metric of every report, instead of the trials");
  command->add_flag("--lineage", args->lineage, "every exploit of population-based training, instead of the trials")
      ->excludes("--reports");
  add_output_option(*command, args->output);
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = export_run(*args); });
}

}  // namespace winnow::cli
