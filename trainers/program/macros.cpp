#include <winnow/trainers/program/macros.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include <winnow/core/nearest.hpp>
#include <winnow/core/shell.hpp>
#include <winnow/trainers/program/hydra_text.hpp>
#include <winnow/trainers/program/python_text.hpp>

namespace winnow::program {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kEnvironment = "envvar:";

/// One word per parameter, between `before` and `=`.
Words assignments(const OrderedJson& params, std::string_view before, std::string (*text)(const OrderedJson&)) {
  Words words;
  for (const auto& [name, value] : params.items()) words.push_back(std::string(before) + name + "=" + text(value));
  return words;
}

Words args(const MacroValues& values) {
  return assignments(values.params, "--", &python_str);
}
Words args_no_hyphens(const MacroValues& values) {
  return assignments(values.params, "", &python_str);
}
Words args_append_hydra(const MacroValues& values) {
  return assignments(values.params, "+", &hydra_text);
}
Words args_override_hydra(const MacroValues& values) {
  return assignments(values.params, "++", &hydra_text);
}

Words args_no_equals(const MacroValues& values) {
  Words words;
  for (const auto& [name, value] : values.params.items()) {
    words.push_back("--" + name);
    words.push_back(python_argument(value));
  }
  return words;
}

/// As args_no_equals, but each element of a list is a word: argparse's nargs='+'.
Words args_spread_lists(const MacroValues& values) {
  Words words;
  for (const auto& [name, value] : values.params.items()) {
    words.push_back("--" + name);
    if (!value.is_array()) words.push_back(python_argument(value));
    for (const OrderedJson& item : value.is_array() ? value : OrderedJson::array()) {
      words.push_back(python_argument(item));
    }
  }
  return words;
}

Words args_no_boolean_flags(const MacroValues& values) {
  Words words;
  for (const auto& [name, value] : values.params.items()) {
    if (!value.is_boolean()) {
      words.push_back("--" + name + "=" + python_str(value));
    } else if (value.get<bool>()) {
      words.push_back("--" + name);
    }
  }
  return words;
}

enum class Stands : std::uint8_t { for_a_word, for_several };

struct Macro {
  std::string_view name;
  Stands stands;
  bool has_params;
  Result<Words> (*words)(const MacroValues&);
};

Result<Words> json_file(const MacroValues& values) {
  auto file = values.json_file ? values.json_file() : fail(errc::unsupported, "no file for ${args_json_file}");
  if (!file) return fail(file.error());
  return Words{std::move(*file)};
}

template <Words (*words)(const MacroValues&)>
Result<Words> surely(const MacroValues& values) {
  return words(values);
}

constexpr std::array kMacros{
    Macro{"env", Stands::for_a_word, false, [](const MacroValues&) -> Result<Words> { return Words{"/usr/bin/env"}; }},
    Macro{"interpreter", Stands::for_a_word, false,
          [](const MacroValues& values) -> Result<Words> { return Words{values.interpreter}; }},
    Macro{"program", Stands::for_a_word, false,
          [](const MacroValues& values) -> Result<Words> { return Words{values.program}; }},
    Macro{"args", Stands::for_several, true, &surely<&args>},
    Macro{"args_no_hyphens", Stands::for_several, true, &surely<&args_no_hyphens>},
    Macro{"args_no_equals", Stands::for_several, true, &surely<&args_no_equals>},
    Macro{"args_no_boolean_flags", Stands::for_several, true, &surely<&args_no_boolean_flags>},
    Macro{"args_spread_lists", Stands::for_several, true, &surely<&args_spread_lists>},
    Macro{"args_json", Stands::for_a_word, true,
          [](const MacroValues& values) -> Result<Words> { return Words{python_json(values.params)}; }},
    Macro{"args_json_file", Stands::for_a_word, true, &json_file},
    Macro{"args_append_hydra", Stands::for_several, true, &surely<&args_append_hydra>},
    Macro{"args_override_hydra", Stands::for_several, true, &surely<&args_override_hydra>},
};

const Macro* macro_named(std::string_view name) {
  const auto* found = std::find_if(kMacros.begin(), kMacros.end(), [&](const Macro& one) { return one.name == name; });
  return found == kMacros.end() ? nullptr : found;
}

/// `${name}` in a word.
struct Use {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< behind the brace
  std::string_view name;
};

std::optional<Use> next_use(std::string_view word, std::size_t from) {
  const auto begin = word.find("${", from);
  const auto end = begin == std::string_view::npos ? begin : word.find('}', begin);
  if (end == std::string_view::npos) return std::nullopt;
  return Use{begin, end + 1, word.substr(begin + 2, end - begin - 2)};
}

/// The quote of a shell that is open at the text's end; 0: none.
char open_quote(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quote != '\'') {
      ++i;
    } else if (quote == 0 && (text[i] == '\'' || text[i] == '"')) {
      quote = text[i];
    } else if (text[i] == quote) {
      quote = 0;
    }
  }
  return quote;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
           std::isupper(static_cast<unsigned char>(c)) != 0;
  });
}

/// What else may be meant by a name that is no macro. Within a word only what surely is a slip: others (Hydra, a shell)
/// have `${…}` of their own.
std::optional<std::string> unknown(std::string_view name, bool whole) {
  std::vector<std::string> known;
  for (const Macro& macro : kMacros) known.emplace_back(macro.name);
  std::string hint = did_you_mean(name, known);
  if (is_variable_name(name)) {
    hint = "; a variable of the environment is ${envvar:" + std::string(name) + "}, as no shell is involved";
  }
  if (hint.empty() && !whole) return std::nullopt;
  return "unknown macro ${" + std::string(name) + "}" + hint;
}

/// What stands for a use within a longer word; nullopt: it stays as it is.
Result<std::optional<std::string>> within_word(const std::string& word, const Use& use, const MacroValues& values,
                                               bool for_shell) {
  if (use.name.starts_with(kEnvironment)) {
    const auto name = use.name.substr(kEnvironment.size());
    const auto value = values.variable ? values.variable(name) : std::nullopt;
    return value ? *value : std::string(name);  // an unset one leaves its bare name, as in W&B
  }
  const Macro* macro = macro_named(use.name);
  if (macro == nullptr) {
    const auto complaint = for_shell ? std::nullopt : unknown(use.name, use.begin == 0 && use.end == word.size());
    if (complaint) return fail(errc::invalid_input, "'" + word + "': " + *complaint);
    return std::nullopt;
  }
  const std::string shown = "${" + std::string(use.name) + "}";
  if (for_shell && open_quote(std::string_view(word).substr(0, use.begin)) != 0) {
    return fail(errc::invalid_input,
                "'" + word + "': " + shown +
                    " stands within quotes; take them away: it is put there quoted as a shell needs it");
  }
  if (!for_shell && macro->stands == Stands::for_several) {
    return fail(errc::invalid_input, "'" + word + "': " + shown +
                                         " stands for several words; make it a word of its own" +
                                         " (${args_json} and ${args_json_file} are one word)");
  }
  auto words = macro->words(values);
  if (!words) return fail(words.error());
  return for_shell ? shell_line(*words) : words->front();
}

Result<Words> expand_word(const std::string& word, const MacroValues& values, bool for_shell) {
  std::string text;
  std::size_t done = 0;
  for (auto use = next_use(word, 0); use; use = next_use(word, use->end)) {
    const Macro* macro = macro_named(use->name);
    const bool whole = use->begin == 0 && use->end == word.size();
    if (whole && macro != nullptr && !for_shell) return macro->words(values);
    auto stands = within_word(word, *use, values, for_shell);
    if (!stands) return fail(stands.error());
    if (!*stands) continue;
    text += word.substr(done, use->begin - done) + **stands;
    done = use->end;
  }
  return Words{text + word.substr(done)};
}

}  // namespace

const std::vector<std::string>& default_command() {
  static const Words words = {"${env}", "${interpreter}", "${program}", "${args}"};
  return words;
}

Result<std::vector<std::string>> expand(const std::vector<std::string>& command, const MacroValues& values) {
  Words words;
  for (std::size_t i = 0; i < command.size(); ++i) {
    auto expanded = expand_word(command[i], values, is_shell_text(command, i));
    if (!expanded) return fail(expanded.error());
    for (std::string& one : *expanded) words.push_back(std::move(one));
  }
  return words;
}

bool gives_parameters(const std::vector<std::string>& command) {
  return std::any_of(command.begin(), command.end(), [](const std::string& word) {
    for (auto use = next_use(word, 0); use; use = next_use(word, use->end)) {
      const Macro* macro = macro_named(use->name);
      if (macro != nullptr && macro->has_params) return true;
    }
    return false;
  });
}

bool is_parameter_macro(std::string_view word) {
  const auto use = next_use(word, 0);
  const Macro* macro = use && use->begin == 0 && use->end == word.size() ? macro_named(use->name) : nullptr;
  return macro != nullptr && macro->has_params;
}

bool is_shell_text(const std::vector<std::string>& command, std::size_t at) {
  constexpr std::array<std::string_view, 5> kShells = {"sh", "bash", "dash", "zsh", "ksh"};
  if (at < 2 || at >= command.size()) return false;
  const std::string& option = command[at - 1];
  if (option.size() < 2 || option.front() != '-' || option[1] == '-' || option.back() != 'c') return false;
  return std::any_of(command.begin(), command.begin() + static_cast<std::ptrdiff_t>(at) - 1, [&](const auto& word) {
    const auto slash = word.rfind('/');
    const auto name = std::string_view(word).substr(slash == std::string::npos ? 0 : slash + 1);
    return std::find(kShells.begin(), kShells.end(), name) != kShells.end();
  });
}

}  // namespace winnow::program
