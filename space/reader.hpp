/// Reading typed values out of a document, with one clear error for what is wrong: where, what, what would be right.
///
/// The first error sticks (in `Diagnostics`), so that code that reads a mapping states its keys one after another and
/// asks once, at the end, whether all went well. A key whose value is null counts as absent.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/nearest.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/document.hpp>

namespace winnow {

/// What reading a document has to say: the first error, and all warnings, each as `file:line:col: path: what`.
class Diagnostics {
public:
  explicit Diagnostics(std::string_view file) : file_(file) {}

  void error(Position position, std::string_view path, std::string_view what);
  void warn(Position position, std::string_view path, std::string_view what);

  [[nodiscard]] bool ok() const { return !error_; }
  /// The error; call it only if not ok().
  [[nodiscard]] const Error& first_error() const { return *error_; }
  [[nodiscard]] std::vector<std::string> take_warnings() { return std::move(warnings_); }

private:
  [[nodiscard]] std::string placed(Position position, std::string_view path, std::string_view what) const;

  std::string file_;
  std::optional<Error> error_;
  std::vector<std::string> warnings_;
};

/// The numbers that a key takes; always finite.
struct NumberRange {
  double low = -std::numeric_limits<double>::infinity();
  bool open = false;  ///< `low` itself is outside
};

/// Short enough for a message: `"adam"`, `[1, 2]`.
std::string shown(const Node& node);
std::string shown(const Value& value);
/// `a, b, c`
std::string listed(std::span<const std::string> words);

std::optional<double> read_number(const Node& node, std::string_view path, NumberRange range, Diagnostics& diagnostics);

/// The value as it is; an integer beyond 64 bits, in it or itself, is an error: as a double it would be another number.
Value read_value(const Node& node, std::string_view path, Diagnostics& diagnostics);

class MappingReader {
public:
  /// Complains if `node` is no mapping; all keys are then absent. Node and diagnostics must outlive the reader.
  MappingReader(const Node& node, std::string path, Diagnostics& diagnostics);

  // Each of these makes the key known to `finish`; a value of the wrong kind is an error, and counts as absent.
  const Node* find(std::string_view key);       ///< null if absent or null
  const Node* find_null(std::string_view key);  ///< null only if absent
  std::optional<std::string> text(std::string_view key);
  std::optional<double> number(std::string_view key, NumberRange range = {});
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t low = std::numeric_limits<std::int64_t>::min(),
                                      std::int64_t high = std::numeric_limits<std::int64_t>::max());
  std::optional<bool> flag(std::string_view key);
  /// One of some words: `choice<Goal>("goal", {{"minimize", Goal::minimize}, …})`.
  template <class T>
  std::optional<T> choice(std::string_view key, std::initializer_list<std::pair<std::string_view, T>> words);

  [[nodiscard]] bool knows(std::string_view key) const;
  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }
  /// Complains of the first key that nobody has asked for; `owner` is who has no such key: "trial", "uniform".
  void finish(std::string_view owner);

  /// An error at the key's value, or at the mapping if it is absent.
  void complain(std::string_view key, std::string_view what);
  /// An error about the mapping as a whole; if `what` starts with one of its keys (`min (3) must be …`), that is where
  /// it points.
  void complain(std::string_view what);
  void warn(std::string_view key, std::string_view what);

  [[nodiscard]] const Node& node() const { return node_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }

private:
  [[nodiscard]] Position position_of(std::string_view key) const;
  void complain_choice(std::string_view key, const Node& node, std::vector<std::string> words);

  const Node& node_;
  std::string path_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
};

template <class T>
std::optional<T> MappingReader::choice(std::string_view key,
                                       std::initializer_list<std::pair<std::string_view, T>> words) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, value] : words) {
    if (node->scalar.is_string() && node->text == name) return value;
    names.emplace_back(name);
  }
  complain_choice(key, *node, std::move(names));
  return std::nullopt;
}

}  // namespace winnow
