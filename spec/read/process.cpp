/// The section `process`: how a program is run; of a trainer's processes their logs' limit.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include <winnow/core/value.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// What Winnow says to each trial; a file's own value would be lost.
constexpr std::array<std::string_view, 12> kOurVariables = {
    "WINNOW_TRIAL",         "WINNOW_ATTEMPT",        "WINNOW_SEED",        "WINNOW_PARAMS",
    "WINNOW_TRIAL_DIR",     "WINNOW_CHECKPOINT_DIR", "WINNOW_RESUME_STEP", "WINNOW_REPORT_FD",
    "WINNOW_REPORT_SOCKET", "WINNOW_METRIC",         "WINNOW_METRICS",     "WINNOW_GPUS"};

bool is_variable(std::string_view name) {
  const auto fits = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), fits);
}

/// A mapping of names to texts; numbers and booleans count as they are written.
std::vector<std::pair<std::string, std::string>> read_texts(MappingReader& process, std::string_view key) {
  std::vector<std::pair<std::string, std::string>> texts;
  const Node* node = process.find(key);
  if (node == nullptr) return texts;
  MappingReader mapping(*node, process.path_of(key), process.diagnostics());
  for (const Node::Entry& entry : mapping.node().entries) {
    if (entry.node.kind != Node::Kind::scalar || entry.node.is_null()) {
      mapping.complain(entry.key, fmt::format("must be a text, got {}", shown(entry.node)));
    }
    texts.emplace_back(entry.key, entry.node.text);
  }
  return texts;
}

void check_variables(MappingReader& process, const ProcessSpec& spec) {
  const Node* node = process.find("env");
  if (node == nullptr) return;
  MappingReader env(*node, process.path_of("env"), process.diagnostics());
  for (const auto& [name, value] : spec.env) {
    if (!is_variable(name)) {
      env.complain(name, "is no name of a variable: letters, digits and _, the first no digit");
    } else if (std::find(kOurVariables.begin(), kOurVariables.end(), name) != kOurVariables.end()) {
      env.complain(name, "is set by winnow for each trial");
    } else if (has_nul(value)) {
      env.complain(name, kNoNul);
    }
  }
}

void check_patterns(MappingReader& process, const ProcessSpec& spec) {
  const Node* node = process.find("stdout");
  if (node == nullptr) return;
  MappingReader patterns(*node, process.path_of("stdout"), process.diagnostics());
  for (const auto& [name, text] : spec.metrics) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(text, options);
    if (!pattern.ok()) {
      patterns.complain(name, fmt::format("no regular expression: {}", pattern.error()));
    } else if (pattern.NumberOfCapturingGroups() != 1) {
      patterns.complain(name, fmt::format("must have one group, around the number, such as 'loss=(\\S+)'; it has {}",
                                          pattern.NumberOfCapturingGroups()));
    }
  }
  const bool only_step =
      std::all_of(spec.metrics.begin(), spec.metrics.end(), [](const auto& one) { return one.first == "step"; });
  if (only_step) process.complain("stdout", "names no metric, e.g. {loss: 'loss=(\\S+)'}");
}

void read_log_limit(MappingReader& process, ProcessSpec& spec) {
  constexpr std::int64_t kLeast = 1024;
  const Node* node = process.find("log_limit");
  if (node == nullptr) return;
  spec.log_limit.reset();
  if (node->kind == Node::Kind::scalar && node->text == "none") return;
  if (const auto bytes = parse_size(node->kind == Node::Kind::scalar ? node->text : ""); bytes && *bytes >= kLeast) {
    spec.log_limit = *bytes;
  } else {
    process.complain("log_limit",
                     fmt::format("must be a size of at least 1 KB such as 100MB, or none, got {}", shown(*node)));
  }
}

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  constexpr std::string_view kPrefixes = "KMGT";
  const auto number_end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_double(text.substr(0, number_end));
  std::string unit(text.substr(number_end));
  std::erase(unit, ' ');
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::toupper(c); });
  if (unit.ends_with('B')) unit.pop_back();
  if (unit.size() == 2 && unit.back() == 'I') unit.pop_back();
  const auto prefix = unit.empty() ? 0 : kPrefixes.find(unit) + 1;  // 0: none
  double bytes = number.value_or(-1);
  for (std::size_t i = 0; i < prefix; ++i) bytes *= 1024;
  const bool known = unit.empty() || (unit.size() == 1 && prefix > 0);
  if (!number || !known || bytes < 0 || bytes > 0x1p62) {
    return fail(errc::invalid_input, fmt::format("'{}' is no size such as 100MB", text));
  }
  return static_cast<std::int64_t>(bytes);
}

void read_process(MappingReader& top, SweepSpec& spec, bool wandb) {
  spec.process.wandb = wandb;
  const Node* node = top.find("process");
  if (node == nullptr) return;
  MappingReader process(*node, "process", top.diagnostics());
  if (!spec.runs_program()) {
    read_log_limit(process, spec.process);  // with isolation: process a trainer's attempts have logs, too
    const auto& entries = process.node().entries;
    const bool is_all =
        std::all_of(entries.begin(), entries.end(), [](const auto& one) { return one.key == "log_limit"; });
    if (!is_all) top.complain("process", "says how a program is run; give program or command");
    return;
  }
  spec.process.directory = process.text("directory").value_or("");
  if (has_nul(spec.process.directory)) process.complain("directory", kNoNul);
  spec.process.env = read_texts(process, "env");
  spec.process.metrics = read_texts(process, "stdout");
  read_log_limit(process, spec.process);
  spec.process.wandb = process.flag("wandb").value_or(wandb);
  process.finish("process");
  if (!top.diagnostics().ok()) return;
  check_variables(process, spec.process);
  check_patterns(process, spec.process);
}

}  // namespace winnow::spec_reader
