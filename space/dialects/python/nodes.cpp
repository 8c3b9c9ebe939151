#include <winnow/space/dialects/python/nodes.hpp>

#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/expression/cursor.hpp>

namespace winnow::python {
namespace {

using expression::Expression;
using Kind = Expression::Kind;

/// Writes a call anew, and where each part of it stood.
class CallText {
public:
  explicit CallText(const Lines& lines) : lines_(lines) {}

  void write(const Expression& part) {
    node.places.push_back({.offset = node.text.size(), .position = lines_.at(part.offset)});
    switch (part.kind) {
      case Kind::value: node.text += expression::to_python(part.value); break;
      case Kind::name: node.text += part.name; break;
      case Kind::code: node.text += "lambda: None"; break;
      case Kind::list: write_list("[", part, "]"); break;
      case Kind::call: write_list(part.name + "(", part, ")"); break;
      case Kind::dict: write_list("{", part, "}"); break;
    }
  }

  Node node;

private:
  void write_list(std::string_view open, const Expression& whole, std::string_view close) {
    node.text += open;
    std::string_view between;
    for (const Expression& item : whole.items) {
      node.text += between;
      write(item);
      between = ", ";
    }
    for (const Expression::Named& named : whole.named) {
      node.text += between;
      node.places.push_back({.offset = node.text.size(), .position = lines_.at(named.offset)});
      node.text += whole.kind == Kind::dict ? expression::to_python(named.name) + ": " : named.name + "=";
      write(named.value);
      between = ", ";
    }
    node.text += close;
  }

  const Lines& lines_;
};

}  // namespace

Node node_of(const Expression& expression, const Lines& lines) {
  const Position position = lines.at(expression.offset);
  Node node;
  node.position = position;
  switch (expression.kind) {
    case Kind::value: return dialects::as_node(expression.value, position);
    case Kind::list:
      node.kind = Node::Kind::sequence;
      for (const Expression& item : expression.items) node.items.push_back(node_of(item, lines));
      return node;
    case Kind::dict:
      node.kind = Node::Kind::mapping;
      for (const Expression::Named& entry : expression.named) {
        node.entries.push_back({entry.name, lines.at(entry.offset), node_of(entry.value, lines)});
      }
      return node;
    case Kind::call: {
      CallText call(lines);
      call.write(expression);
      call.node.position = position;
      call.node.scalar = call.node.text;
      return std::move(call.node);
    }
    case Kind::code:
    case Kind::name: break;
  }
  expression::complain(expression.offset, to_value(expression).error().what);
}

}  // namespace winnow::python
