#include <winnow/trainers/program/stdout_patterns.hpp>

#include <re2/re2.h>

#include <algorithm>

#include <winnow/core/value.hpp>
#include <winnow/trainers/program/report_line.hpp>

namespace winnow::program {
namespace {

constexpr std::string_view kStep = "step";

/// Without a terminal's control sequences: ESC [ … letter.
std::string plain(std::string_view line) {
  std::string text;
  text.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b' || i + 1 >= line.size() || line[i + 1] != '[') {
      text += line[i];
      continue;
    }
    i += 2;
    while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
  }
  return text;
}

/// A number as programs print it, with what follows it in a sentence: `0.25,`.
std::optional<double> number_in(std::string_view text) {
  while (!text.empty() && std::string_view(",;:)]}%").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (const auto value = parse_double(text)) return *value;
  if (text.ends_with('.')) return number_in(text.substr(0, text.size() - 1));
  return std::nullopt;
}

}  // namespace

struct StdoutPatterns::One {
  std::string name;
  std::unique_ptr<const RE2> pattern;
};

Result<StdoutPatterns> StdoutPatterns::make(const Patterns& patterns) {
  auto all = std::make_shared<std::vector<One>>();
  for (const auto& [name, text] : patterns) {
    RE2::Options options;
    options.set_log_errors(false);
    One one{name, std::make_unique<const RE2>(text, options)};
    if (!one.pattern->ok()) {
      return fail(errc::invalid_input, "process.stdout." + name + ": no regular expression: " + one.pattern->error());
    }
    if (one.pattern->NumberOfCapturingGroups() != 1) {
      return fail(errc::invalid_input, "process.stdout." + name + ": needs one group, around the number");
    }
    all->push_back(std::move(one));
  }
  // The step first: it holds for all that its line reports.
  std::stable_partition(all->begin(), all->end(), [](const One& one) { return one.name == kStep; });
  StdoutPatterns made;
  made.patterns_ = std::move(all);
  return made;
}

std::optional<StepReport> StdoutPatterns::read(std::string_view line, std::optional<Step>& step,
                                               const std::function<void(const std::string&)>& odd) const {
  StepReport report;
  const bool coloured = line.find('\x1b') != std::string_view::npos;
  const std::string stripped = coloured ? plain(line) : std::string();
  const std::string_view text = coloured ? std::string_view(stripped) : line;
  for (const One& one : *patterns_) {
    std::string group;
    if (!RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *one.pattern, &group)) continue;
    const auto number = number_in(group);
    const bool is_step = one.name == kStep;
    const auto found_step = is_step && number ? whole_step(*number) : std::nullopt;
    if (!number || (is_step && !found_step)) {
      odd("process.stdout." + one.name + " found '" + group + "', which is no " + (is_step ? "step" : "number"));
    } else if (is_step) {
      step = found_step;
    } else {
      report.metrics.emplace_back(one.name, *number);
    }
  }
  if (report.metrics.empty()) return std::nullopt;
  report.step = step;
  return report;
}

}  // namespace winnow::program
