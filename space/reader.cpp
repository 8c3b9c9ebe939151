#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <winnow/space/reader.hpp>

namespace winnow {
namespace {

constexpr std::size_t kLongest = 60;

std::string clipped(std::string text) {
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string describe(NumberRange range) {
  if (!std::isfinite(range.low)) return "a finite number";
  return fmt::format("a number {} {}", range.open ? "greater than" : "of at least", range.low);
}

/// An unquoted one that a double stands for.
bool is_long_integer(const Node& node) {
  if (!node.scalar.is_number_float() || std::abs(node.scalar.get<double>()) < 0x1p63) return false;
  std::string_view text = node.text;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789_") == std::string_view::npos;
}

void refuse_long_integers(const Node& node, std::string_view path, Diagnostics& diagnostics) {
  if (is_long_integer(node)) {
    diagnostics.error(
        node.position, path,
        fmt::format("{0} is an integer beyond 64 bits; a real number is written {0}.0", clipped(node.text)));
  }
  for (const Node& item : node.items) refuse_long_integers(item, path, diagnostics);
  for (const Node::Entry& entry : node.entries) refuse_long_integers(entry.node, path, diagnostics);
}

/// As JSON, but for numbers that JSON doesn't have, which are written as in YAML.
std::string text_of(const Value& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    const auto number = value.get<double>();
    return std::isnan(number) ? ".nan" : number > 0 ? ".inf" : "-.inf";
  }
  if (!value.is_structured()) return value.dump(-1, ' ', false, Value::error_handler_t::replace);
  std::string text(1, value.is_array() ? '[' : '{');
  for (const auto& [key, element] : value.items()) {
    if (text.size() > kLongest) break;
    if (text.size() > 1) text += ',';
    if (value.is_object()) text += text_of(key) + ':';
    text += text_of(element);
  }
  return text + (value.is_array() ? ']' : '}');
}

/// A quoted number is a text; people who wrote one should hear why that isn't taken.
std::string unquote_hint(const Node& node) {
  const bool quoted = node.scalar.is_string() && resolve_scalar(node.text).is_number();
  return quoted ? "; write it without quotes" : "";
}

}  // namespace

void Diagnostics::error(Position position, std::string_view path, std::string_view what) {
  if (!error_) error_ = Error{errc::invalid_input, placed(position, path, what)};
}

void Diagnostics::warn(Position position, std::string_view path, std::string_view what) {
  warnings_.push_back(placed(position, path, what));
}

std::string Diagnostics::placed(Position position, std::string_view path, std::string_view what) const {
  if (position.line == 0) {  // no part of the file: an option in its place
    return fmt::format("{} with the command line's options: {}{}{}", file_, path, path.empty() ? "" : ": ", what);
  }
  return fmt::format("{}:{}:{}: {}{}{}", file_, position.line, position.column, path, path.empty() ? "" : ": ", what);
}

std::string shown(const Value& value) {
  return clipped(text_of(value));
}

std::string shown(const Node& node) {
  return shown(node.value());
}

std::string listed(std::span<const std::string> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::optional<double> read_number(const Node& node, std::string_view path, NumberRange range,
                                  Diagnostics& diagnostics) {
  if (node.scalar.is_number()) {
    const auto number = node.scalar.get<double>();
    if (std::isfinite(number) && (range.open ? number > range.low : number >= range.low)) return number;
  }
  diagnostics.error(node.position, path,
                    fmt::format("must be {}, got {}{}", describe(range), shown(node), unquote_hint(node)));
  return std::nullopt;
}

Value read_value(const Node& node, std::string_view path, Diagnostics& diagnostics) {
  refuse_long_integers(node, path, diagnostics);
  return node.value();
}

MappingReader::MappingReader(const Node& node, std::string path, Diagnostics& diagnostics)
    : node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (!node.is_mapping()) {
    diagnostics_.error(node.position, path_, fmt::format("must be a mapping of keys to values, got {}", shown(node)));
  }
}

const Node* MappingReader::find(std::string_view key) {
  const Node* node = find_null(key);
  return node == nullptr || node->is_null() ? nullptr : node;
}

const Node* MappingReader::find_null(std::string_view key) {
  if (!knows(key)) known_.emplace_back(key);
  return node_.find(key);
}

std::optional<std::string> MappingReader::text(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->scalar.is_string()) return node->text;
  complain(key, fmt::format("must be a text, got {}{}", shown(*node),
                            node->kind == Node::Kind::scalar ? "; put it in quotes" : ""));
  return std::nullopt;
}

std::optional<double> MappingReader::number(std::string_view key, NumberRange range) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  return read_number(*node, path_of(key), range, diagnostics_);
}

std::optional<std::int64_t> MappingReader::integer(std::string_view key, std::int64_t low, std::int64_t high) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  bool too_large = false;
  if (node->scalar.is_number()) {
    const auto real = node->scalar.get<double>();
    const bool is_int64 = node->scalar.is_number_integer() && !node->scalar.is_number_unsigned();
    const bool fits = is_int64 || (std::trunc(real) == real && std::abs(real) < 0x1p63);
    const std::int64_t whole = fits ? node->scalar.get<std::int64_t>() : 0;
    if (fits && whole >= low && whole <= high) return whole;
    too_large = real > static_cast<double>(high);
  }
  std::string range;
  if (too_large) {
    range = fmt::format(" of at most {}", high);
  } else if (low != std::numeric_limits<std::int64_t>::min()) {
    range = fmt::format(" of at least {}", low);
  }
  complain(key, fmt::format("must be an integer{}, got {}{}", range, shown(*node), unquote_hint(*node)));
  return std::nullopt;
}

std::optional<bool> MappingReader::flag(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->scalar.is_boolean()) return node->scalar.get<bool>();
  complain(key, fmt::format("must be true or false, got {}", shown(*node)));
  return std::nullopt;
}

bool MappingReader::knows(std::string_view key) const {
  return std::find(known_.begin(), known_.end(), key) != known_.end();
}

void MappingReader::finish(std::string_view owner) {
  for (const Node::Entry& entry : node_.entries) {
    if (knows(entry.key)) continue;
    std::string hint = did_you_mean(entry.key, known_);
    const std::string head = entry.key.substr(0, entry.key.find(':'));
    if (head != entry.key && knows(head)) {
      hint = fmt::format("; a space is missing after '{}:'", head);
    }
    diagnostics_.error(entry.position, path_,
                       fmt::format("unknown key '{}'{} ({} takes: {})", entry.key, hint, owner, listed(known_)));
    return;
  }
}

void MappingReader::complain(std::string_view key, std::string_view what) {
  diagnostics_.error(position_of(key), path_of(key), what);
}

void MappingReader::complain(std::string_view what) {
  diagnostics_.error(position_of(what.substr(0, what.find_first_of(" :"))), path_, what);
}

void MappingReader::warn(std::string_view key, std::string_view what) {
  diagnostics_.warn(position_of(key), path_of(key), what);
}

std::string MappingReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Position MappingReader::position_of(std::string_view key) const {
  const Node* node = node_.find(key);
  return node != nullptr ? node->position : node_.position;
}

void MappingReader::complain_choice(std::string_view key, const Node& node, std::vector<std::string> words) {
  const std::string hint = node.scalar.is_string() ? did_you_mean(node.text, words) : "";
  complain(key, fmt::format("must be one of {}, got {}{}", listed(words), shown(node), hint));
}

}  // namespace winnow
