#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

const std::vector<std::string> kMacros = {"env",
                                          "interpreter",
                                          "program",
                                          "args",
                                          "args_no_hyphens",
                                          "args_no_equals",
                                          "args_no_boolean_flags",
                                          "args_spread_lists",
                                          "args_json",
                                          "args_json_file",
                                          "args_append_hydra",
                                          "args_override_hydra"};

/// A macro stands alone in its word; W&B lets an unknown one vanish, which nobody means.
std::optional<std::string> complaint_about(const std::string& word, bool has_program) {
  if (spec_reader::has_nul(word)) return spec_reader::kNoNul;
  if (!word.starts_with("${") || word.find('}') != word.size() - 1) return std::nullopt;
  const std::string name = word.substr(2, word.size() - 3);
  if (name.starts_with("envvar:")) return std::nullopt;
  if (std::find(kMacros.begin(), kMacros.end(), name) == kMacros.end()) {
    const bool variable = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return c == '_' || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
    if (variable) {
      return fmt::format("unknown macro {}; a variable of the environment is ${{envvar:{}}}, as no shell is involved",
                         word, name);
    }
    return fmt::format("unknown macro {}{} (there are: {}, envvar:NAME)", word, did_you_mean(name, kMacros),
                       listed(kMacros));
  }
  if (name == "program" && !has_program) return "${program} stands for program, which is missing";
  return std::nullopt;
}

void read_command(MappingReader& top, SweepSpec& spec) {
  const Node* node = top.find("command");
  if (node == nullptr) return;
  const auto take = [&](Position position, const std::string& path, std::string word) {
    if (const auto complaint = complaint_about(word, !spec.program.empty())) {
      top.diagnostics().error(position, path, *complaint);
    }
    spec.command.push_back(std::move(word));
  };
  if (node->scalar.is_string()) {
    Result<std::vector<std::string>> words = split_words(node->text);
    if (!words) return top.complain("command", words.error().message);
    for (std::string& word : *words) take(node->position, "command", std::move(word));
  }
  for (const Node& item : node->items) {
    const std::string path = fmt::format("command[{}]", spec.command.size());
    if (item.kind != Node::Kind::scalar || item.is_null()) {
      return top.diagnostics().error(item.position, path, fmt::format("must be a text, got {}", shown(item)));
    }
    take(item.position, path, item.text);
  }
  if (spec.command.empty()) {
    top.complain("command", fmt::format("must be a list of words, or a text of them, got {}", shown(*node)));
  }
}

bool holds_nul(const Parameter& parameter) {
  using spec_reader::has_nul;
  if (has_nul(parameter.name())) return true;
  const auto* constant = std::get_if<Constant>(&parameter.domain);
  const auto* categorical = std::get_if<Categorical>(&parameter.domain);
  return (constant != nullptr && has_nul(constant->value)) || (categorical != nullptr && has_nul(categorical->values));
}

/// Parameters become arguments.
void check_for_nul(MappingReader& top, const Space& space) {
  const Node* parameters = top.find("parameters");
  for (const Parameter& parameter : space.parameters()) {
    if (!holds_nul(parameter)) continue;
    if (parameters == nullptr)
      return top.complain("space", fmt::format("{}: {}", parameter.name(), spec_reader::kNoNul));
    return top.diagnostics().error(wandb::definition(*parameters, parameter).position, "parameters." + parameter.name(),
                                   spec_reader::kNoNul);
  }
}

/// JSON, and so the record of the sweep, has no such number.
void refuse_non_finite(const Node& node, const std::string& path, Diagnostics& diagnostics) {
  if (node.scalar.is_number_float() && !std::isfinite(node.scalar.get<double>())) {
    diagnostics.error(node.position, path, fmt::format("must be finite, got {0}; as a text it is '{0}'", node.text));
  }
  for (const Node& item : node.items) refuse_non_finite(item, path, diagnostics);
  for (const Node::Entry& entry : node.entries) refuse_non_finite(entry.node, path + "." + entry.key, diagnostics);
}

void read_trainer(MappingReader trainer, TrainerSpec& spec) {
  spec.type = trainer.text("type").value_or("");
  if (spec.type.empty()) trainer.complain("type is missing: the name of the trainer");
  spec.module = trainer.text("module").value_or("");
  spec.ranks = static_cast<int>(trainer.integer("ranks", 1, kMostRanks).value_or(1));
  for (const Node::Entry& entry : trainer.node().entries) {
    if (trainer.knows(entry.key)) continue;
    refuse_non_finite(entry.node, trainer.path_of(entry.key), trainer.diagnostics());
    spec.options[entry.key] = read_value(entry.node, trainer.path_of(entry.key), trainer.diagnostics());
  }
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == 0 && space) {
      if (word) words.push_back(std::move(*word));
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      *word += line[++i];
    } else {
      *word += c;
    }
  }
  if (quote != 0) return fail(errc::invalid_input, fmt::format("the quote {} isn't closed", quote));
  if (word) words.push_back(std::move(*word));
  return words;
}

bool has_nul(const Value& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().find('\0') != std::string::npos;
  const auto items = value.items();
  return value.is_structured() && std::any_of(items.begin(), items.end(), [](const auto& item) {
           return item.key().find('\0') != std::string::npos || has_nul(item.value());
         });
}

void read_trainable(MappingReader& top, SweepSpec& spec) {
  spec.program = top.text("program").value_or("");
  if (has_nul(spec.program)) top.complain("program", kNoNul);
  read_command(top, spec);
  if (spec.runs_program()) {
    check_for_nul(top, spec.space);
    if (has_nul(spec.project)) top.complain("project", kNoNul);
    if (has_nul(spec.entity)) top.complain("entity", kNoNul);
  }
  const Node* trainer = top.find("trainer");
  if (trainer == nullptr) return;
  read_trainer({*trainer, "trainer", top.diagnostics()}, spec.trainer);
  if (!spec.program.empty() || !spec.command.empty()) {
    top.complain("trainer",
                 fmt::format("stands beside {}; give one of them", spec.command.empty() ? "program" : "command"));
  }
}

}  // namespace winnow::spec_reader
