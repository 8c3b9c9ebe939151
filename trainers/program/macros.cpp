#include <winnow/trainers/program/macros.hpp>

#include <array>

#include <winnow/trainers/program/python_text.hpp>

namespace winnow::program {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kEnvironment = "${envvar:";

/// One word per parameter, between `before` and `=`.
Words assignments(const OrderedJson& params, std::string_view before) {
  Words words;
  for (const auto& [name, value] : params.items()) {
    words.push_back(std::string(before) + name + "=" + python_str(value));
  }
  return words;
}

Words args(const MacroValues& values) {
  return assignments(values.params, "--");
}
Words args_no_hyphens(const MacroValues& values) {
  return assignments(values.params, "");
}
Words args_append_hydra(const MacroValues& values) {
  return assignments(values.params, "+");
}
Words args_override_hydra(const MacroValues& values) {
  return assignments(values.params, "++");
}

Words args_no_equals(const MacroValues& values) {
  Words words;
  for (const auto& [name, value] : values.params.items()) {
    words.push_back("--" + name);
    words.push_back(python_str(value));
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

Words args_json(const MacroValues& values) {
  return {values.params.dump()};
}

struct Macro {
  std::string_view name;
  Words (*words)(const MacroValues&);
};

constexpr std::array kMacros{
    Macro{"${env}", [](const MacroValues&) { return Words{"/usr/bin/env"}; }},
    Macro{"${interpreter}", [](const MacroValues& values) { return Words{values.interpreter}; }},
    Macro{"${program}", [](const MacroValues& values) { return Words{values.program}; }},
    Macro{"${args}", &args},
    Macro{"${args_no_hyphens}", &args_no_hyphens},
    Macro{"${args_no_equals}", &args_no_equals},
    Macro{"${args_no_boolean_flags}", &args_no_boolean_flags},
    Macro{"${args_json}", &args_json},
    Macro{"${args_append_hydra}", &args_append_hydra},
    Macro{"${args_override_hydra}", &args_override_hydra},
};

/// An unset variable leaves its bare name, as in W&B.
std::string with_variables(std::string_view word, const MacroValues& values) {
  std::string text;
  while (true) {
    const auto begin = word.find(kEnvironment);
    const auto end = begin == std::string_view::npos ? begin : word.find('}', begin);
    if (end == std::string_view::npos) return text + std::string(word);
    const auto name = word.substr(begin + kEnvironment.size(), end - begin - kEnvironment.size());
    const auto value = values.variable ? values.variable(name) : std::nullopt;
    text += word.substr(0, begin);
    text += value ? *value : std::string(name);
    word.remove_prefix(end + 1);
  }
}

Result<Words> expand_word(const std::string& word, const MacroValues& values) {
  for (const Macro& macro : kMacros) {
    if (word == macro.name) return macro.words(values);
  }
  if (word == "${args_json_file}") {
    auto file = values.json_file ? values.json_file() : fail(errc::unsupported, "no file for ${args_json_file}");
    if (!file) return fail(file.error());
    return Words{std::move(*file)};
  }
  std::string text = with_variables(word, values);
  if (text == word && word.starts_with("${") && word.find('}') == word.size() - 1) {
    return fail(errc::invalid_input, "unknown macro " + word);
  }
  return Words{std::move(text)};
}

}  // namespace

const std::vector<std::string>& default_command() {
  static const Words words = {"${env}", "${interpreter}", "${program}", "${args}"};
  return words;
}

Result<std::vector<std::string>> expand(const std::vector<std::string>& command, const MacroValues& values) {
  Words words;
  for (const std::string& word : command) {
    auto expanded = expand_word(word, values);
    if (!expanded) return fail(expanded.error());
    for (std::string& one : *expanded) words.push_back(std::move(one));
  }
  return words;
}

}  // namespace winnow::program
