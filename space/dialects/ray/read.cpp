#include <fmt/format.h>

#include <algorithm>
#include <winnow/core/nearest.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/dialects/ray/functions.hpp>
#include <winnow/space/dialects/ray/plain.hpp>

namespace winnow::ray {
namespace {

using expression::Expression;

constexpr std::string_view kGrid = "grid_search";

/// Ray's own spelling of a grid: a dictionary with this one key.
bool is_grid(const Node& node) {
  return node.is_mapping() && node.entries.size() == 1 && node.entries.front().key == kGrid;
}

/// A search space within a value, if there is one.
const Node* find_search(const Node& node) {
  if (is_grid(node)) return &node;
  if (node.scalar.is_string() && kind_of(node.text) == Text::call) return &node;
  for (const Node& item : node.items) {
    if (const Node* found = find_search(item)) return found;
  }
  for (const Node::Entry& entry : node.entries) {
    if (const Node* found = find_search(entry.node)) return found;
  }
  return nullptr;
}

const Expression* find_search(const Expression& expression) {
  if (expression.kind == Expression::Kind::call && find_function(expression::last_part(expression.name)) != nullptr) {
    return &expression;
  }
  for (const Expression& item : expression.items) {
    if (const Expression* found = find_search(item)) return found;
  }
  for (const Expression::Named& named : expression.named) {
    if (const Expression* found = find_search(named.value)) return found;
  }
  return nullptr;
}

class SpaceReader {
public:
  explicit SpaceReader(dialects::Gathered& gathered) : gathered_(gathered) {}

  void read_group(const Node& group) {
    for (const Node::Entry& entry : group.entries) {
      path_.push_back(entry.key);
      place_ = gathered_.path_of(Parameter{.path = path_, .domain = {}}.name());
      read_entry(entry);
      path_.pop_back();
    }
  }

private:
  void complain(Position position, std::string_view what) { gathered_.diagnostics().error(position, place_, what); }

  void add(const Node::Entry& entry, Domain domain, bool grid = false) {
    gathered_.add({.path = path_, .domain = std::move(domain), .grid = grid}, entry.position);
  }

  void read_entry(const Node::Entry& entry) {
    const Node& node = entry.node;
    if (is_grid(node)) return read_grid(entry, node.entries.front().node);
    if (node.is_mapping() && !node.entries.empty()) {
      if (const Node* grid = node.find(kGrid)) {
        return complain(grid->position, "grid_search is the only key of its mapping, or a call: tune.grid_search([…])");
      }
      if (node.entries.size() == 1 && node.entries.front().key == "eval") {
        return complain(node.position, "eval is Python code, and nothing is run here; write the distribution itself");
      }
      return read_group(node);
    }
    if (node.is_sequence()) {
      if (const Node* search = find_search(node)) {
        return complain(search->position, "a search space inside a list isn't drawn; give it a name in a mapping");
      }
    }
    if (node.scalar.is_string()) return read_text(entry);
    if (!check_plain(node)) return;
    add(entry, Constant{read_value(settled(node), place_, gathered_.diagnostics())});
  }

  /// False: a text in a list looks like Python, and can't be computed; it is said.
  bool check_plain(const Node& list) {
    for (const Node& item : list.items) {
      const Plain plain = item.scalar.is_string() ? plain_of(item) : Plain{};
      if (!plain.problem.empty()) complain(expression::position_in(item, plain.offset), plain.problem);
      if (!plain.problem.empty() || !check_plain(item)) return false;
    }
    return true;
  }

  void read_grid(const Node::Entry& entry, const Node& values) {
    if (!values.is_sequence()) {
      return complain(values.position, fmt::format("grid_search takes a list of values, got {}", shown(values)));
    }
    if (const Node* search = find_search(values)) {
      return complain(search->position, "a search space inside grid_search isn't drawn; give it a name of its own");
    }
    if (!check_plain(values)) return;
    const Value list = read_value(settled(values), place_, gathered_.diagnostics());
    const Leaf leaf = grid_search(list.get<std::vector<Value>>());
    if (!leaf.domain) return complain(values.position, leaf.domain.error().message);
    add(entry, *leaf.domain, leaf.grid);
  }

  void read_text(const Node::Entry& entry) {
    const Plain plain = plain_of(entry.node);
    if (!plain.problem.empty()) return complain(expression::position_in(entry.node, plain.offset), plain.problem);
    if (plain.value) return read_entry({entry.key, entry.position, *plain.value});
    const std::string& text = entry.node.text;
    const std::string_view called = expression::called_name(text);
    const std::string name(expression::last_part(called));
    switch (kind_of(text)) {
      case Text::constant: return add(entry, Constant{text});
      case Text::call: return read_call(entry, name);
      case Text::unknown_function: {
        const std::vector<std::string> names = function_names();
        return complain(entry.node.position, fmt::format("unknown function '{}'{} (there are: {})", called,
                                                         did_you_mean(name, names), listed(names)));
      }
      case Text::python: {
        const std::string hint = find_function(name) != nullptr ? "tune." + name + "(…)" : "a distribution of tune's";
        return complain(entry.node.position,
                        fmt::format("{} is Python code, and nothing is run here; write {}, or the value itself",
                                    called.empty() ? "a lambda" : fmt::format("{}(…)", called), hint));
      }
    }
  }

  void read_call(const Node::Entry& entry, const std::string& name) {
    const auto at = [&](std::size_t offset) { return expression::position_in(entry.node, offset); };
    const Function& function = *find_function(name);
    if (function.make == nullptr) {
      return complain(entry.node.position,
                      "sample_from is Python code, and nothing is run here; write a distribution, or use the C++ API, "
                      "where ray::sample_from takes a function");
    }
    const auto call = expression::parse(entry.node.text);
    if (!call) return complain(at(call.error().offset), call.error().what);
    if (call->kind != Expression::Kind::call) {
      return complain(entry.node.position, fmt::format("must be one call such as tune.{}(…)", name));
    }
    const auto bound = expression::bind_arguments(*call, function.formals);
    if (!bound) return complain(at(bound.error().offset), bound.error().what);
    Given::Values values;
    for (const auto& [formal, argument] : *bound) {
      if (const Expression* search = find_search(*argument)) {
        return complain(at(search->offset),
                        fmt::format("a search space inside {} isn't drawn; give it a name of its own", name));
      }
      auto value = expression::to_value(*argument);
      if (!value) return complain(at(value.error().offset), value.error().what);
      values[formal] = std::move(*value);
    }
    Given given(std::move(values));
    const Leaf leaf = function.make(given);
    // `lower (2) must …`: at the argument that it starts with
    const auto where = [&](std::string_view message) {
      const auto argument = bound->find(message.substr(0, message.find(' ')));
      return at(argument == bound->end() ? call->offset : argument->second->offset);
    };
    if (!given.problem().empty()) return complain(where(given.problem()), given.problem());
    if (!leaf.domain) return complain(where(leaf.domain.error().message), leaf.domain.error().message);
    if (const auto base = bound->find("base"); base != bound->end()) {
      gathered_.diagnostics().warn(at(base->second->offset), place_, "base has no effect, as in Ray; leave it out");
    }
    add(entry, *leaf.domain, leaf.grid);
  }

  dialects::Gathered& gathered_;
  std::vector<std::string> path_;
  std::string place_;
};

bool has_call(const Node& node) {
  if (is_grid(node)) return true;
  if (node.scalar.is_string()) {
    const std::string_view called = expression::called_name(node.text);
    return called.starts_with("tune.") || called.starts_with("ray.tune.") || kind_of(node.text) == Text::call;
  }
  return std::any_of(node.items.begin(), node.items.end(), has_call) ||
         std::any_of(node.entries.begin(), node.entries.end(), [](const auto& entry) { return has_call(entry.node); });
}

}  // namespace

bool looks_like(const Node& root) {
  if (root.find("parameters") != nullptr || root.find("space") != nullptr) return false;
  return root.is_mapping() && has_call(root);
}

Space read_space(const Node& node, Diagnostics& diagnostics, std::string path) {
  dialects::Gathered gathered(std::move(path), diagnostics);
  if (node.is_mapping()) {
    SpaceReader(gathered).read_group(node);
  } else {
    diagnostics.error(
        node.position, gathered.path(),
        fmt::format("must be a mapping of names to values and expressions such as tune.uniform(0, 1), got {}",
                    shown(node)));
  }
  return gathered.finish(node);
}

}  // namespace winnow::ray
