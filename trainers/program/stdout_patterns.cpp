#include <winnow/trainers/program/stdout_patterns.hpp>

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

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

bool is_word(char c) {
  return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// The character at `at` is within a name, or stands behind a part of one: `val_|loss`, `val/|loss`.
bool within_name(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  if (is_word(text[at - 1])) return true;
  return at > 1 && std::string_view("/-.").find(text[at - 1]) != std::string_view::npos && is_word(text[at - 2]);
}

/// What the group of each match holds, in their order. A match that begins with a letter or a digit begins at a name's
/// beginning; a pattern that begins with something else says itself what may stand before it.
std::vector<std::string_view> groups_in(std::string_view text, const RE2& pattern) {
  std::vector<std::string_view> groups;
  std::array<re2::StringPiece, 2> found;
  for (std::size_t at = 0; at <= text.size();) {
    if (!pattern.Match({text.data(), text.size()}, at, text.size(), RE2::UNANCHORED, found.data(), 2)) break;
    const auto begin = static_cast<std::size_t>(found[0].data() - text.data());
    const auto is_inside = [&](std::size_t i) {
      return i < text.size() && text[i] != '_' && is_word(text[i]) && within_name(text, i);
    };
    if (is_inside(begin)) {
      for (at = begin + 1; is_inside(at);) ++at;
      continue;
    }
    if (found[1].data() != nullptr) groups.emplace_back(found[1].data(), found[1].size());
    at = begin + std::max<std::size_t>(1, found[0].size());
  }
  return groups;
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

bool StdoutPatterns::has_step() const {
  return !patterns_->empty() && patterns_->front().name == kStep;  // it comes first
}

std::optional<StepReport> StdoutPatterns::read(std::string_view line, std::optional<Step>& step,
                                               const std::function<void(const std::string&)>& odd) const {
  StepReport report;
  const bool coloured = line.find('\x1b') != std::string_view::npos;
  const std::string stripped = coloured ? plain(line) : std::string();
  const std::string_view text = coloured ? std::string_view(stripped) : line;
  for (const One& one : *patterns_) {
    const bool is_step = one.name == kStep;
    const auto groups = groups_in(text, *one.pattern);
    // The last one that holds what it should: what is printed later is newer.
    const auto usable = std::find_if(groups.rbegin(), groups.rend(), [&](std::string_view group) {
      const auto number = number_in(group);
      return number && (!is_step || whole_step(*number));
    });
    if (usable == groups.rend()) {
      if (groups.empty()) continue;
      odd("process.stdout." + one.name + " found '" + std::string(groups.back()) + "', which is no " +
          (is_step ? "step" : "number"));
    } else if (is_step) {
      step = whole_step(*number_in(*usable));
    } else {
      report.metrics.emplace_back(one.name, *number_in(*usable));
    }
  }
  if (report.metrics.empty()) return std::nullopt;
  report.step = step;
  return report;
}

}  // namespace winnow::program
