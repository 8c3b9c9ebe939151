/// The section `process`: how a program is run.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// What Winnow says to each trial; a file's own value would be lost.
constexpr std::array<std::string_view, 11> kOurVariables = {
    "WINNOW_TRIAL",         "WINNOW_ATTEMPT",        "WINNOW_SEED",        "WINNOW_PARAMS",
    "WINNOW_TRIAL_DIR",     "WINNOW_CHECKPOINT_DIR", "WINNOW_RESUME_STEP", "WINNOW_REPORT_FD",
    "WINNOW_REPORT_SOCKET", "WINNOW_METRIC",         "WINNOW_METRICS"};

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

}  // namespace

void read_process(MappingReader& top, SweepSpec& spec, bool wandb_file) {
  spec.process.wandb = wandb_file;
  const Node* node = top.find("process");
  if (node == nullptr) return;
  if (!spec.runs_program()) return top.complain("process", "says how a program is run; give program or command");
  MappingReader process(*node, "process", top.diagnostics());
  spec.process.directory = process.text("directory").value_or("");
  if (has_nul(spec.process.directory)) process.complain("directory", kNoNul);
  spec.process.env = read_texts(process, "env");
  spec.process.metrics = read_texts(process, "stdout");
  spec.process.wandb = process.flag("wandb").value_or(wandb_file);
  process.finish("process");
  if (!top.diagnostics().ok()) return;
  check_variables(process, spec.process);
  check_patterns(process, spec.process);
}

}  // namespace winnow::spec_reader
