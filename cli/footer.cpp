#include <winnow/cli/footer.hpp>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace winnow::cli {
namespace {

constexpr std::string_view kExitCodes = "Exit codes: ";
constexpr std::size_t kEntryIndent = 2;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
  return text;
}

bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Where the next `, 1 …` begins, behind its comma; the end if there is none.
std::size_t next_code(std::string_view text) {
  for (auto at = text.find(", "); at != std::string_view::npos; at = text.find(", ", at + 1)) {
    auto end = at + 2;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end > at + 2 && end < text.size() && text[end] == ' ') return at;
  }
  return text.size();
}

}  // namespace

std::vector<FooterEntry> entries_in(std::string_view footer, std::string_view heading) {
  const std::string plural = std::string(heading) + ":";
  const std::string singular = plural.substr(0, plural.size() - 2) + ":";
  std::vector<FooterEntry> entries;
  std::istringstream in{std::string(footer)};
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    if (indent == 0) inside = line == plural || line == singular;
    if (!inside || indent == 0 || indent == line.size()) continue;
    if (indent > kEntryIndent && !entries.empty()) {
      entries.back().about += (entries.back().about.empty() ? "" : " ") + line.substr(indent);
      continue;
    }
    const auto gap = line.find("  ", indent);
    const std::string_view rest = std::string_view(line).substr(std::min(gap, line.size()));
    entries.push_back({line.substr(indent, gap == std::string::npos ? gap : gap - indent), std::string(trimmed(rest))});
  }
  return entries;
}

std::vector<std::pair<std::string, std::string>> exit_codes_in(std::string_view footer) {
  std::vector<std::pair<std::string, std::string>> codes;
  const auto begin = footer.find(kExitCodes);
  if (begin == std::string_view::npos) return codes;
  std::string_view text = footer.substr(begin + kExitCodes.size());
  text = trimmed(text.substr(0, text.find('\n')));
  while (!text.empty()) {
    const std::string_view one = text.substr(0, next_code(text));
    const auto blank = std::min(one.find(' '), one.size());
    codes.emplace_back(one.substr(0, blank), trimmed(one.substr(blank)));
    text.remove_prefix(std::min(text.size(), one.size() + 2));
  }
  return codes;
}

}  // namespace winnow::cli
