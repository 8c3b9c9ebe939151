#include <winnow/cli/help_format.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>

#include <winnow/cli/terminal.hpp>

namespace winnow::cli {
namespace {

constexpr std::size_t kNameColumn = 2;
constexpr std::size_t kNameIndent = 6;   ///< of a name's further lines
constexpr std::size_t kLeastWidth = 30;  ///< beside the column of names

/// In lines that end at `width`, broken at blanks and, in a longer word, behind commas. The first begins at `column`,
/// further ones at `indent`.
std::string in_lines(std::string_view text, std::size_t end, std::size_t column, std::size_t indent) {
  std::string lines;
  for (std::size_t width = end - column; text.size() > width; width = end - indent) {
    auto at = text.rfind(' ', width);
    if (at == std::string_view::npos || at == 0) at = text.rfind(',', width - 1);
    if (at == std::string_view::npos || at == 0) at = text.find_first_of(" ,");
    if (at == std::string_view::npos) break;
    const bool comma = text[at] == ',';
    lines += std::string(text.substr(0, at + (comma ? 1 : 0))) + "\n" + std::string(indent, ' ');
    text.remove_prefix(at + 1);
  }
  return lines + std::string(text);
}

class HelpFormat : public CLI::Formatter {
public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return line(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return line(command->get_display_name(true), command->get_description());
  }

private:
  [[nodiscard]] std::string line(const std::string& name, const std::string& about) const {
    const std::size_t column = column_width_;
    const std::size_t width = std::max(output_width(), column + kLeastWidth);
    std::string text = std::string(kNameColumn, ' ') + in_lines(name, width, kNameColumn, kNameIndent);
    if (!about.empty()) {
      text += text.size() < column ? std::string(column - text.size(), ' ') : "\n" + std::string(column, ' ');
      text += in_lines(about, width, column, column);
    }
    return text + "\n";
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_format() {
  return std::make_shared<HelpFormat>();
}

}  // namespace winnow::cli
