#include <winnow/cli/declared.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <functional>
#include <set>

namespace winnow::cli {
namespace {

/// The words between the first braces; of a mapping (`a->1`) those that are typed. None without braces.
std::vector<std::string> words_in_braces(std::string_view text) {
  const auto begin = text.find('{');
  const auto end = text.find('}', std::min(begin, text.size()));
  std::vector<std::string> words;
  if (end == std::string_view::npos) return words;
  std::string_view rest = text.substr(begin + 1, end - begin - 1);
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    words.emplace_back(word.substr(0, word.find("->")));
  }
  return words;
}

/// Letters on both sides would make it another word.
bool has_word(std::string_view text, std::string_view word) {
  const auto is_letter = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at]));
  };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return true;
  }
  return false;
}

Offer offer_of(const std::string& text, const DeclaredValue& value) {
  if (!value.words.empty()) return Offer::words;
  if (has_word(text, "FILE") || has_word(text, "PATH")) return Offer::files;
  if (has_word(text, "DIR")) return Offer::directories;
  if (has_word(text, "COMMAND")) return Offer::commands;
  return text == "TEXT" ? Offer::files : Offer::nothing;
}

/// By name: CLI11 keeps them by address.
std::vector<std::string> names_of(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  for (const CLI::Option* option : options) names.push_back(option->get_name());
  std::sort(names.begin(), names.end());
  return names;
}

DeclaredOption declared_option(const CLI::Option& option) {
  DeclaredOption result;
  if (option.get_positional()) {
    result.names = {option.get_name(true, false)};
  } else {
    for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  }
  if (option.get_items_expected_max() > 0) result.value = declared_value(option.get_type_name());
  result.about = option.get_description();
  result.default_text = option.get_default_str();
  result.environment = option.get_envname();
  result.needs = names_of(option.get_needs());
  result.excludes = names_of(option.get_excludes());
  result.required = option.get_required();
  result.repeated = option.get_expected_max() > 1;
  return result;
}

/// A group has the command's -h once more.
enum class Of { command, group };

void add_options(const CLI::App& app, DeclaredCommand& command, Of of) {
  for (const CLI::Option* option : app.get_options({})) {
    if (option->get_group().empty() || (of == Of::group && option == app.get_help_ptr())) continue;
    (option->get_positional() ? command.arguments : command.options).push_back(declared_option(*option));
  }
  for (const CLI::App* below : app.get_subcommands(std::function<bool(const CLI::App*)>{})) {
    if (below->get_name().empty()) {
      add_options(*below, command, Of::group);
    } else if (!below->get_group().empty() && !below->get_disabled()) {
      command.commands.push_back(declared(*below, command.path + " " + below->get_name()));
    }
  }
}

}  // namespace

std::string_view DeclaredCommand::name() const {
  const auto blank = path.rfind(' ');
  return std::string_view(path).substr(blank == std::string::npos ? 0 : blank + 1);
}

DeclaredValue declared_value(const std::string& text) {
  DeclaredValue value;
  const auto colon = std::min(text.find(':'), text.size());
  const bool bare_set = text.find('{') < colon;
  value.label = bare_set ? "WORD" : text.substr(0, colon);
  value.range = bare_set ? text : text.substr(std::min(text.size(), colon + 1));
  if (value.label.empty()) value.label = "TEXT";
  value.words = words_in_braces(text);
  value.offer = offer_of(text, value);
  return value;
}

DeclaredCommand declared(const CLI::App& app, const std::string& path) {
  DeclaredCommand command;
  command.path = path;
  command.aliases = app.get_aliases();
  command.about = app.get_description();
  command.footer = app.get_footer();
  command.needs_command = app.get_require_subcommand_min() > 0;
  command.ends_at_argument = app.get_positionals_at_end() || app.get_prefix_command();
  add_options(app, command, Of::command);
  return command;
}

std::vector<const DeclaredCommand*> all_commands(const DeclaredCommand& command) {
  std::vector<const DeclaredCommand*> all = {&command};
  for (const DeclaredCommand& below : command.commands) {
    const auto inner = all_commands(below);
    all.insert(all.end(), inner.begin(), inner.end());
  }
  return all;
}

}  // namespace winnow::cli
