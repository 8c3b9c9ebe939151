#include <winnow/cli/man_page.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include <winnow/cli/declared.hpp>
#include <winnow/cli/footer.hpp>
#include <winnow/cli/roff.hpp>

namespace winnow::cli {
namespace {

std::string sentence(std::string_view text) {
  std::string line = roff::text(text);
  if (!line.empty() && line.back() != '.') line += '.';
  return line.empty() ? "" : line + "\n";
}

/// The description up to a default in brackets at its end, and that default.
std::pair<std::string, std::string> without_default(const DeclaredOption& option) {
  const std::string& about = option.about;
  const auto open = about.rfind('[');
  if (!option.default_text.empty()) return {about, option.default_text};
  if (!about.ends_with(']') || open == std::string::npos) return {about, ""};
  return {about.substr(0, open == 0 ? 0 : about.find_last_not_of(' ', open - 1) + 1),
          about.substr(open + 1, about.size() - open - 2)};
}

std::string range_sentence(const DeclaredValue& value) {
  if (!value.words.empty()) return sentence(fmt::format("One of {}", fmt::join(value.words, ", ")));
  const bool says_label = value.range.starts_with(value.label + " ");
  const std::string range = says_label ? value.range.substr(value.label.size() + 1) : value.range;
  return range.empty() ? "" : sentence("Takes " + (says_label ? value.label + " " : std::string()) + range);
}

std::string option_body(const DeclaredOption& option) {
  const auto [about, default_text] = without_default(option);
  std::string body = sentence(about) + range_sentence(option.value);
  if (!default_text.empty()) body += sentence("Default: " + default_text);
  if (option.required) body += sentence("Required");
  if (!option.needs.empty()) body += sentence(fmt::format("Needs {}", fmt::join(option.needs, ", ")));
  if (!option.excludes.empty()) body += sentence(fmt::format("Not with {}", fmt::join(option.excludes, ", ")));
  if (!option.environment.empty()) body += sentence("Environment: " + option.environment);
  return body.empty() ? "\\&\n" : body;
}

std::string names_and_value(const DeclaredOption& option) {
  std::string line;
  for (const std::string& name : option.names) line += (line.empty() ? "" : ", ") + roff::bold(name);
  if (!option.value.label.empty()) line += "\\ " + roff::italic(option.value.label);
  return line;
}

/// `[--dir DIR]`, by the last name of an option, which is a long one where there is one.
std::string usage(const DeclaredOption& option, bool argument) {
  std::string word = argument ? roff::italic(option.names.front()) : roff::bold(option.names.back());
  if (!argument && !option.value.label.empty()) word += "\\ " + roff::italic(option.value.label);
  const bool several_words = argument && option.repeated;
  if (several_words) word += "\\ .\\|.\\|.";
  if (!option.required) word = "[" + word + "]";
  return word + (option.repeated && !argument ? ".\\|.\\|.\\&" : "") + "\n";
}

std::string synopsis(const DeclaredCommand& command) {
  std::string text = fmt::format(".SH SYNOPSIS\n.SY {}\n", roff::quoted(command.path));
  for (const DeclaredOption& option : command.options) text += usage(option, false);
  for (const DeclaredOption& argument : command.arguments) text += usage(argument, true);
  if (command.commands.empty()) return text + ".YS\n";
  const std::string word = roff::italic("command");
  return text + (command.needs_command ? word : "[" + word + "]") + "\n.RI [ argument \"\\ .\\|.\\|.]\"\n.YS\n";
}

std::string reference(const DeclaredCommand& command) {
  return fmt::format(".BR {} (1)", roff::literal(page_name(command)));
}

std::string list(const char* heading, const std::vector<DeclaredOption>& options, bool arguments) {
  if (options.empty()) return "";
  std::string text = fmt::format(".SH {}\n", heading);
  for (const DeclaredOption& option : options) {
    const std::string tag = arguments ? roff::italic(option.names.front()) : names_and_value(option);
    text += ".TP\n" + tag + "\n" + option_body(option);
  }
  return text;
}

std::string command_list(const DeclaredCommand& command) {
  if (command.commands.empty()) return "";
  std::string text = ".SH COMMANDS\n";
  for (const DeclaredCommand& below : command.commands) {
    text += ".TP\n" + reference(below) + "\n" + sentence(below.about);
  }
  return text;
}

/// Of an example what is typed is all bold; of a file, its name.
std::string entry_list(const char* heading, const std::vector<FooterEntry>& entries) {
  if (entries.empty()) return "";
  std::string text = fmt::format(".SH {}\n", heading);
  bool first = true;
  for (const FooterEntry& entry : entries) {
    const char* paragraph = std::exchange(first, false) ? "" : ".PP\n";
    text += (entry.about.empty() ? paragraph : ".TP\n") + roff::bold(entry.what) + "\n" + sentence(entry.about);
  }
  return text;
}

std::string exit_list(const DeclaredCommand& program, const DeclaredCommand& command) {
  auto codes = exit_codes_in(command.footer);
  if (codes.empty()) codes = exit_codes_in(program.footer);
  if (codes.empty()) return "";
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, means] : codes) text += ".TP\n" + roff::bold(code) + "\n" + sentence(means);
  return text;
}

/// The command that this one stands below; null for the program.
const DeclaredCommand* above(const DeclaredCommand& program, const DeclaredCommand& command) {
  for (const DeclaredCommand* one : all_commands(program)) {
    const auto& below = one->commands;
    if (std::any_of(below.begin(), below.end(), [&](const auto& c) { return c.path == command.path; })) return one;
  }
  return nullptr;
}

std::string see_also(const DeclaredCommand& program, const DeclaredCommand& command, const std::string& related) {
  std::vector<std::string> pages;
  if (&command == &program && !related.empty()) pages.push_back(fmt::format(".BR {} (1)", roff::literal(related)));
  if (const DeclaredCommand* parent = above(program, command)) {
    pages.push_back(reference(*parent));
    for (const DeclaredCommand& sister : parent->commands) {
      if (parent != &program && sister.path != command.path) pages.push_back(reference(sister));
    }
  }
  for (const DeclaredCommand& below : command.commands) pages.push_back(reference(below));
  std::string text = ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < pages.size(); ++i) text += pages[i] + (i + 1 < pages.size() ? " ,\n" : "\n");
  return text +
         ".PP\nThe guide, and all other pages, are installed in\n.IR share/doc/winnow/docs ;\n.I guide.md\nis where to "
         "begin.\n";
}

/// `winnow: hyperparameter …` is what the program says of itself.
std::string without_name(const DeclaredCommand& command) {
  const bool named = command.about.starts_with(command.path + ": ");
  return named ? command.about.substr(command.path.size() + 2) : command.about;
}

std::string capitalised(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

/// As whatis(1) lists it: a small letter begins it, unless an abbreviation does.
std::string short_about(const DeclaredCommand& command) {
  std::string about = without_name(command);
  const bool word = about.size() > 1 && std::islower(static_cast<unsigned char>(about[1])) != 0;
  if (word) about[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(about[0])));
  return about;
}

}  // namespace

std::string page_name(const DeclaredCommand& command) {
  std::string name = command.path;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string man_page(const DeclaredCommand& program, const DeclaredCommand& command, const PageFrame& frame) {
  const std::string name = page_name(command);
  std::string title = name;
  for (char& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string page = fmt::format(".\\\" Made by {} from what it declares; not to be edited.\n", program.path);
  // No word is broken, and no line stretched; sections set both anew, by HY and AD.
  page += fmt::format(".TH {} 1 \"{}\" {} {}\n.nr HY 0\n.ds AD l\n.nh\n.ad l\n", roff::literal(title), frame.date,
                      roff::quoted(frame.version), roff::quoted("Winnow manual"));
  page += ".SH NAME\n" + roff::literal(name) + " \\- " + roff::text(short_about(command)) + "\n";
  page += synopsis(command);
  page += ".SH DESCRIPTION\n" + sentence(capitalised(without_name(command)));
  page += command_list(command);
  page += list("ARGUMENTS", command.arguments, true);
  page += list("OPTIONS", command.options, false);
  page += entry_list("EXAMPLES", entries_in(command.footer, "Examples"));
  page += exit_list(program, command);
  page += entry_list("FILES", entries_in(command.footer, "Files"));
  return page + see_also(program, command, frame.related);
}

}  // namespace winnow::cli
