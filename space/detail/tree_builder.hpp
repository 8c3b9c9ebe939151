/// Builds a document's tree from the events of a parser: shared by the YAML and the JSON reader, not part of the
/// interface. The first problem sticks; what comes after it is ignored. A text of more than a million nodes is a
/// problem: each costs some hundred bytes, and nobody means so many.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/document.hpp>

namespace winnow {

/// Where the bytes of a text stand.
class Lines {
public:
  explicit Lines(std::string_view text);
  [[nodiscard]] Position at(std::size_t byte) const;
  /// Both from 0.
  [[nodiscard]] Position at(std::size_t line, std::size_t byte_in_line) const;
  /// From 1, as in a Position.
  [[nodiscard]] std::string_view line(std::size_t number) const;

private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::vector<std::size_t> continuations_;  ///< bytes inside a character: JSON may be one line of many characters
};

struct Problem {
  Position position;
  std::string what;
};

class TreeBuilder {
public:
  using Anchor = std::size_t;  ///< 0: none

  void scalar(Position position, Value value, std::string_view text, Anchor anchor = 0, bool plain = false);
  void begin(Node::Kind kind, Position position, Anchor anchor = 0);
  void end();
  void alias(Position position, Anchor anchor);
  void complain(Position position, std::string what);

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }
  /// Where the innermost list or mapping that is still open starts.
  [[nodiscard]] std::optional<Position> open_since() const;
  Node take_root() { return std::move(root_); }

private:
  struct Key {
    std::string text;
    Position position;
    bool merge = false;  ///< a plain `<<`
  };
  struct Open {
    Node node;
    Anchor anchor = 0;
    std::optional<Key> key;
    std::set<std::string, std::less<>> keys;
    std::vector<Node> merges;
  };

  void add(Node node, bool plain = false);
  void add_key(Open& mapping, const Node& node, bool plain);
  void add_entry(Open& mapping, Node node);
  void merge(Open& mapping, const Node& source);
  void remember(Anchor anchor, const Node& node);
  bool spend(const Node& copied, Position position);

  Node root_;
  std::vector<Open> open_;
  std::map<Anchor, Node> anchors_;
  std::size_t nodes_ = 0;
  std::size_t copied_ = 0;  ///< nodes that anchors and aliases have cost so far
  std::optional<Problem> problem_;
};

Result<Node> read_yaml(std::string_view text, std::string_view file);
Result<Node> read_json(std::string_view text, std::string_view file);

/// What no parser should meet: bytes that aren't UTF-8, control characters.
std::optional<Problem> check_characters(std::string_view text);

/// `file:line:col: what`.
Error problem_in(std::string_view file, const Problem& problem);

}  // namespace winnow
