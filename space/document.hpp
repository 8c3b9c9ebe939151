/// A sweep file as a tree in which every node knows where it stands, from YAML or from JSON.
///
/// YAML scalars resolve as PyYAML resolves them (YAML 1.1: `no` and `off` are booleans, `0x1F`, `1_000` and `1:30` are
/// numbers), except that a decimal number with or without dot or exponent is a number everywhere (`1e-4`, `2.`);
/// quoted ones stay texts (docs/semantics.md, "Numbers and texts"). Anchors, aliases and merge keys (`<<`) are carried
/// out here. A duplicate key is an error. A text that starts with `{` or `[` is read as strict JSON if its name ends in
/// .json or it parses as such.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

/// Both from 1; columns count characters, not bytes. Line 0: no part of the file, but an option in its place.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  auto operator<=>(const Position&) const = default;
};

struct Node {
  enum class Kind { scalar, sequence, mapping };
  struct Entry;
  /// Where a part of a text stands.
  struct Place {
    std::size_t offset = 0;  ///< in the text
    Position position{};
  };

  Kind kind = Kind::scalar;
  Position position;            ///< of the first character; of a block mapping its first key
  Value scalar;                 ///< null, boolean, number or text
  std::string text;             ///< the scalar as written, without quotes
  bool quoted = false;          ///< `position` is that of its quote
  std::vector<Place> places{};  ///< of a call in a Python file, whose `text` is written anew: those of its parts
  std::vector<Node> items;      ///< of a sequence
  std::vector<Entry> entries;   ///< of a mapping, in order; keys are unique

  [[nodiscard]] bool is_null() const { return kind == Kind::scalar && scalar.is_null(); }
  [[nodiscard]] bool is_mapping() const { return kind == Kind::mapping; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::sequence; }
  /// Null if this is no mapping or has no such key.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Value value() const;
  /// The same with the keys in their order.
  [[nodiscard]] OrderedJson ordered() const;
};

struct Node::Entry {
  std::string key;
  Position position;  ///< of the key
  Node node;
};

struct Document {
  std::string file;  ///< the name that messages carry
  Node root;         ///< null for an empty text
};

/// Fails with `invalid_input` and `file:line:col: what`.
Result<Document> parse_document(std::string_view text, std::string_view file);

/// Python's `json` writes Infinity, -Infinity and NaN as bare words, which JSON doesn't have: the same text with those
/// in quotes that stand in a list, such as one of choices.
std::string with_quoted_infinities(std::string_view json);

/// What an unquoted YAML scalar means. A number beyond a double's range stays a text.
Value resolve_scalar(std::string_view text);

}  // namespace winnow
