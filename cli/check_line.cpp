#include <winnow/cli/check_line.hpp>

#include <fmt/format.h>

#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli {
namespace {

void print_line(const CommandOptions& options, const PrintedLine& read) {
  TextTable table({{.title = "metric"}, {.title = "read"}});
  for (const auto& [name, pattern] : options.stdout_patterns) {
    if (name == "step") continue;
    const double* value = find_metric(read.metrics, name);
    table.add({name, value == nullptr ? "nothing" : format_double(*value)});
  }
  table.add({"step", read.step ? std::to_string(*read.step) : "none here: the last one seen, else the last + 1"});
  for (const std::string& row : table.lines()) print("{}\n", row);
  if (read.metrics.empty()) print("no metric is read: the line is no report\n");
}

OrderedJson to_json(const PrintedLine& read) {
  return {{"metrics", metrics_json(read.metrics)},
          {"step", read.step ? OrderedJson(*read.step) : OrderedJson()},
          {"odd", read.odd}};
}

}  // namespace

int check_lines(const CommandOptions& options, const std::vector<std::string>& lines, bool json) {
  if (options.stdout_patterns.empty()) {
    return complain({errc::invalid_input,
                     "--line: the sweep file has no patterns, under process.stdout, to read printed lines by"});
  }
  int code = kDone;
  for (const std::string& line : lines) {
    const auto read = read_printed(options, line);
    if (!read) return complain(read.error());
    print_warnings(read->odd);
    json ? print_json(to_json(*read)) : print_line(options, *read);
    if (read->metrics.empty()) code = kFailed;
  }
  return code;
}

}  // namespace winnow::cli
