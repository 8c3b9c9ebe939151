#include <winnow/trainers/program/hydra_text.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <winnow/trainers/program/python_text.hpp>

namespace winnow::program {
namespace {

/// Texts that Hydra takes for something else, in any case.
bool is_hydra_word(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords = {"null", "true", "false", "nan", "inf"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
  });
}

/// One that can stand without quotes: it begins as no number does, and has nothing that the grammar uses.
bool is_bare(std::string_view text) {
  constexpr std::string_view kOther = "_/.-@%+";
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto fits = [&](char c) {
    return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || kOther.find(c) != std::string_view::npos;
  };
  return !text.empty() && (letter(text.front()) || text.front() == '_' || text.front() == '/') &&
         std::all_of(text.begin(), text.end(), fits) && !is_hydra_word(text);
}

/// A backslash counts only where a quote follows it; then, and at the end, each is doubled.
std::string hydra_quoted(std::string_view text) {
  std::string quoted = "'";
  std::size_t slashes = 0;
  for (const char c : text) {
    if (c == '\'') quoted += std::string(slashes + 1, '\\');
    slashes = c == '\\' ? slashes + 1 : 0;
    quoted += c;
  }
  return quoted + std::string(slashes, '\\') + "'";
}

}  // namespace

std::string hydra_text(const OrderedJson& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return is_bare(text) ? text : hydra_quoted(text);
  }
  if (!value.is_structured()) return python_str(value);
  std::string items;
  for (const auto& [key, item] : value.items()) {
    items += items.empty() ? "" : ",";
    if (value.is_object()) items += key + ":";
    items += hydra_text(item);
  }
  return value.is_object() ? "{" + items + "}" : "[" + items + "]";
}

}  // namespace winnow::program
