#include <winnow/space/dialects/expression/evaluate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <winnow/space/dialects/expression/functions.hpp>

namespace winnow::expression {
namespace {

using Kind = Expression::Kind;

/// Whether it is a value: nothing in it is unknown.
bool is_value(const Expression& expression) {
  return expression.kind == Kind::value || to_value(expression).has_value();
}

class Evaluator {
public:
  Evaluator(const Surroundings& surroundings, Budget& budget) : surroundings_(surroundings), budget_(budget) {}

  Expression evaluate(const Syntax& syntax) {
    budget_.spend(1, syntax.offset);
    Expression result = of(syntax);
    result.offset = syntax.start;
    return result;
  }

private:
  struct Local {
    std::string_view name;
    Value value;
  };

  static Expression value(Value value, bool array = false) {
    Expression made;
    made.value = std::move(value);
    made.array = array;
    return made;
  }
  static Expression value(Operand operand) { return value(std::move(operand.value), operand.array); }

  Operand operand(const Syntax& syntax) {
    const Expression expression = evaluate(syntax);
    auto value = to_value(expression);
    if (!value) complain(value.error().offset, value.error().what);
    return {std::move(*value), expression.array};
  }

  /// One that stands beside an operator, which says what it is for.
  Operand operand(const Syntax& syntax, std::size_t offset) {
    const Expression expression = evaluate(syntax);
    if (expression.kind == Kind::call) complain(offset, "arithmetic is for numbers only");
    auto value = to_value(expression);
    if (!value) complain(value.error().offset, value.error().what);
    return {std::move(*value), expression.array};
  }

  Expression of(const Syntax& syntax) {
    switch (syntax.kind) {
      case Syntax::Kind::constant: return value(syntax.value);
      case Syntax::Kind::name: return name(syntax);
      case Syntax::Kind::list: return list(syntax);
      case Syntax::Kind::set: return set(syntax);
      case Syntax::Kind::dict: return dict(syntax);
      case Syntax::Kind::call: return call(syntax);
      case Syntax::Kind::attribute: return attribute(syntax);
      case Syntax::Kind::index: return index(syntax);
      case Syntax::Kind::unary:
        return value(compute(syntax.name, operand(syntax.parts[0], syntax.offset), syntax.offset));
      case Syntax::Kind::binary: return binary(syntax);
      case Syntax::Kind::comparison: return comparison(syntax);
      case Syntax::Kind::logic: return logic(syntax);
      case Syntax::Kind::conditional: return evaluate(syntax.parts[is_true(operand(syntax.parts[1]).value) ? 0 : 2]);
      case Syntax::Kind::comprehension: return comprehension(syntax);
      case Syntax::Kind::lambda: return expression_of(Kind::code, 0, "a lambda");
      case Syntax::Kind::format: return text(syntax);
      case Syntax::Kind::field: return value(operand(syntax.parts[0]));
      case Syntax::Kind::starred: break;
    }
    complain(syntax.offset, "a * has no place here");
  }

  // --- names

  Expression name(const Syntax& syntax) {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
      if (local->name == syntax.name) return value(local->value);
    }
    if (surroundings_.value_of) {
      if (auto known = surroundings_.value_of(syntax.name, syntax.offset)) {
        budget_.spend(known->value.size() + known->items.size() + known->named.size(), syntax.offset);
        return std::move(*known);
      }
    }
    const auto imported = surroundings_.imported.find(syntax.name);
    return known_name(imported == surroundings_.imported.end() ? syntax.name : imported->second);
  }

  static Expression known_name(std::string name) {
    if (auto constant = constant_named(name)) return value(std::move(*constant));
    return expression_of(Kind::name, 0, std::move(name));
  }

  Expression attribute(const Syntax& syntax) {
    const Expression object = evaluate(syntax.parts[0]);
    if (object.kind == Kind::name) return known_name(object.name + "." + syntax.name);
    complain(syntax.offset, "a method is Python code, and nothing is run here; write the value itself");
  }

  // --- lists and dicts

  Expression list(const Syntax& syntax) {
    Expression result = expression_of(Kind::list);
    for (const Syntax& part : syntax.parts) {
      if (part.kind != Syntax::Kind::starred) {
        result.items.push_back(evaluate(part));
        continue;
      }
      Expression more = evaluate(part.parts[0]);
      if (more.kind == Kind::list) {
        std::move(more.items.begin(), more.items.end(), std::back_inserter(result.items));
        continue;
      }
      auto all = to_value(more);
      if (!all) complain(all.error().offset, all.error().what);
      for (Value& element : elements_of(*all, part.offset)) {
        result.items.push_back(value(std::move(element)));
        result.items.back().offset = part.offset;
      }
    }
    return result;
  }

  /// A set of calls, each of which has its name, is a listing; of values it has no order to draw by.
  Expression set(const Syntax& syntax) {
    Expression result = list(syntax);
    const bool calls = std::all_of(result.items.begin(), result.items.end(),
                                   [](const Expression& item) { return item.kind == Kind::call; });
    if (!calls) complain(syntax.offset, "a set has no order; write a list: […]");
    return result;
  }

  static void put(std::vector<Expression::Named>& entries, Expression::Named entry) {
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.name == entry.name; });
    if (same == entries.end()) {
      entries.push_back(std::move(entry));
    } else {
      same->value = std::move(entry.value);
      same->offset = entry.offset;
    }
  }

  /// The entries of a dict that stands in another.
  void put_all(std::vector<Expression::Named>& entries, Expression more, std::size_t offset) {
    if (more.kind == Kind::dict) {
      for (Expression::Named& entry : more.named) put(entries, std::move(entry));
      return;
    }
    auto all = to_value(more);
    if (!all) complain(all.error().offset, all.error().what);
    if (all->is_array()) all = from_pairs(*all, offset);
    if (!all->is_object()) complain(offset, "a dict is needed here");
    for (auto& [key, element] : all->items()) {
      put(entries, {.name = key, .offset = offset, .value = value(element)});
      entries.back().value.offset = offset;
    }
  }

  static Value from_pairs(const Value& pairs, std::size_t offset) {
    Value object = Value::object();
    for (const Value& pair : pairs) {
      if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string()) {
        complain(offset, "a dict is made of pairs of a text and a value");
      }
      object[pair[0].get<std::string>()] = pair[1];
    }
    return object;
  }

  std::string key(const Syntax& syntax) {
    const Value key = operand(syntax).value;
    if (!key.is_string()) complain(syntax.start, "a key must be a text in quotes");
    return key.get<std::string>();
  }

  Expression dict(const Syntax& syntax) {
    Expression result = expression_of(Kind::dict);
    std::vector<std::string> written;
    for (std::size_t i = 0; i < syntax.parts.size(); i += 2) {
      const Syntax& left = syntax.parts[i];
      if (left.kind == Syntax::Kind::starred) {
        put_all(result.named, evaluate(left.parts[0]), left.offset);
        continue;
      }
      std::string name = key(left);
      if (std::find(written.begin(), written.end(), name) != written.end()) {
        complain(left.start, fmt::format("the key '{}' is given twice", name));
      }
      written.push_back(name);
      put(result.named, {.name = std::move(name), .offset = left.start, .value = evaluate(syntax.parts[i + 1])});
    }
    return result;
  }

  Expression index(const Syntax& syntax) {
    Expression object = evaluate(syntax.parts[0]);
    const Value at = syntax.parts.size() == 2 ? operand(syntax.parts[1]).value : Value();
    if (object.kind == Kind::dict && at.is_string()) {
      const auto found = std::find_if(object.named.begin(), object.named.end(),
                                      [&](const auto& entry) { return entry.name == at.get<std::string>(); });
      if (found != object.named.end()) return std::move(found->value);
    }
    auto all = to_value(object);
    if (!all) complain(all.error().offset, all.error().what);
    if (syntax.parts.size() > 2) return slice(*all, syntax, object.array);
    if (all->is_object()) {
      if (!at.is_string() || !all->contains(at.get<std::string>())) complain(syntax.offset, "there is no such key");
      return value((*all)[at.get<std::string>()]);
    }
    const std::vector<Value> elements = elements_of(*all, syntax.offset);
    if (!at.is_number_integer()) complain(syntax.offset, "an index must be an integer");
    const auto size = static_cast<std::int64_t>(elements.size());
    const auto place = at.get<std::int64_t>() + (at.get<std::int64_t>() < 0 ? size : 0);
    if (place < 0 || place >= size) complain(syntax.offset, fmt::format("there are {} elements only", size));
    return value(elements[static_cast<std::size_t>(place)]);
  }

  /// `[start:stop]`, without a step.
  Expression slice(const Value& all, const Syntax& syntax, bool array) {
    const std::vector<Value> elements = elements_of(all, syntax.offset);
    const auto size = static_cast<std::int64_t>(elements.size());
    const auto bound = [&](const Syntax& part, std::int64_t otherwise) {
      const Value at = operand(part).value;
      if (at.is_null()) return otherwise;
      if (!at.is_number_integer()) complain(part.start, "an index must be an integer");
      const auto place = at.get<std::int64_t>();
      return std::clamp(place < 0 ? place + size : place, std::int64_t{0}, size);
    };
    const std::int64_t start = bound(syntax.parts[1], 0);
    const std::int64_t stop = std::max(bound(syntax.parts[2], size), start);
    if (!operand(syntax.parts[3]).value.is_null() || all.is_object()) {
      complain(syntax.offset,
               "a slice with a step is Python code, and nothing is run here; write the values themselves");
    }
    if (all.is_string()) {
      std::string text;
      for (auto i = start; i < stop; ++i) text += elements[static_cast<std::size_t>(i)].get<std::string>();
      return value(text);
    }
    return value(Value(std::vector<Value>(elements.begin() + start, elements.begin() + stop)), array);
  }

  // --- operators

  Expression binary(const Syntax& syntax) {
    if (syntax.name == "|") {
      Expression left = evaluate(syntax.parts[0]);
      if (left.kind == Kind::dict) {
        put_all(left.named, evaluate(syntax.parts[1]), syntax.offset);
        return left;
      }
    }
    const Operand left = operand(syntax.parts[0], syntax.offset);
    return value(compute(syntax.name, left, operand(syntax.parts[1], syntax.offset), syntax.offset, budget_));
  }

  Expression comparison(const Syntax& syntax) {
    Value left = operand(syntax.parts[0]).value;
    for (std::size_t i = 0; i < syntax.words.size(); ++i) {
      Value right = operand(syntax.parts[i + 1]).value;
      budget_.spend(right.size(), syntax.offset);
      if (!compare(syntax.words[i], left, right, syntax.offset)) return value(false);
      left = std::move(right);
    }
    return value(true);
  }

  Expression logic(const Syntax& syntax) {
    Operand last;
    for (const Syntax& part : syntax.parts) {
      last = operand(part);
      if (is_true(last.value) == (syntax.name == "or")) break;
    }
    return value(std::move(last));
  }

  Expression text(const Syntax& syntax) {
    std::string whole;
    for (const Syntax& part : syntax.parts) {
      if (part.kind == Syntax::Kind::constant) {
        whole += part.value.get<std::string>();
      } else {
        const char conversion = part.words.empty() ? '\0' : part.words.front().front();
        whole += formatted(operand(part.parts[0]).value, part.name, conversion, part.start);
      }
    }
    budget_.spend(whole.size() / 16, syntax.offset);
    return value(whole);
  }

  // --- comprehensions

  Expression comprehension(const Syntax& syntax) {
    if (syntax.name == "set") complain(syntax.offset, "a set has no order; write a list: […]");
    if (syntax.name == "dict") {
      Expression result = expression_of(Kind::dict);
      loop(syntax, 0, [&] {
        std::string name = key(syntax.parts[0]);
        put(result.named,
            {.name = std::move(name), .offset = syntax.parts[0].start, .value = evaluate(syntax.parts[1])});
      });
      return result;
    }
    // What is computed stands as one value; where calls are in it, as a list of expressions.
    Value plain = Value::array();
    Expression mixed = expression_of(Kind::list);
    loop(syntax, 0, [&] {
      Expression element = evaluate(syntax.parts[0]);
      if (mixed.items.empty() && is_value(element)) return plain.push_back(*to_value(element));
      for (Value& before : plain) mixed.items.push_back(value(std::move(before)));
      plain.clear();
      mixed.items.push_back(std::move(element));
    });
    return mixed.items.empty() ? value(std::move(plain)) : mixed;
  }

  template <class Body>
  void loop(const Syntax& syntax, std::size_t depth, const Body& body) {
    if (depth == syntax.clauses.size()) return body();
    const Syntax::Clause& clause = syntax.clauses[depth];
    const std::size_t before = locals_.size();
    for (const Value& element : elements_of(operand(clause.iterable).value, clause.iterable.start)) {
      budget_.spend(1, syntax.offset);
      bind(clause, element);
      const bool holds = std::all_of(clause.conditions.begin(), clause.conditions.end(),
                                     [&](const Syntax& condition) { return is_true(operand(condition).value); });
      if (holds) loop(syntax, depth + 1, body);
      locals_.resize(before);
    }
  }

  void bind(const Syntax::Clause& clause, const Value& element) {
    if (!clause.unpacks) return locals_.push_back({clause.targets.front(), element});
    const std::vector<Value> parts = elements_of(element, clause.iterable.start);
    if (parts.size() != clause.targets.size()) {
      complain(clause.iterable.start,
               fmt::format("its elements have {} parts, not {}", parts.size(), clause.targets.size()));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) locals_.push_back({clause.targets[i], parts[i]});
  }

  // --- calls

  Expression call(const Syntax& syntax) {
    const Syntax& callee = syntax.parts[0];
    Expression result = expression_of(Kind::call, syntax.start);
    Expression function = callee.kind == Syntax::Kind::attribute ? evaluate(callee.parts[0]) : evaluate(callee);
    const bool method = callee.kind == Syntax::Kind::attribute;
    if (function.kind == Kind::name) {
      result.name = method ? function.name + "." + callee.name : function.name;
    } else if (method) {
      result.name = callee.name;
    } else {
      complain(callee.start, "this is no function");
    }
    const bool of_value = method && function.kind != Kind::name;
    if (result.name == "dict" && !of_value) return dict_call(syntax);
    arguments(syntax, result);
    if (of_value) {
      if (result.name == "copy" && function.kind == Kind::dict) return function;
      auto object = to_value(function);
      if (!object) {
        complain(callee.offset, "a method is Python code, and nothing is run here; write the value itself");
      }
      return value(call_method({std::move(*object), function.array}, result, callee.offset, budget_));
    }
    return is_function(result.name) ? value(call_function(result, budget_)) : result;
  }

  void arguments(const Syntax& syntax, Expression& result) {
    for (std::size_t i = 1; i < syntax.parts.size(); ++i) result.items.push_back(evaluate(syntax.parts[i]));
    for (const Syntax::Keyword& keyword : syntax.keywords) {
      if (keyword.name.empty()) {
        std::vector<Expression::Named> more;
        put_all(more, evaluate(keyword.value), keyword.offset);
        for (Expression::Named& entry : more) add_keyword(result, std::move(entry));
      } else {
        add_keyword(result, {.name = keyword.name, .offset = keyword.offset, .value = evaluate(keyword.value)});
      }
    }
  }

  static void add_keyword(Expression& call, Expression::Named entry) {
    const bool twice =
        std::any_of(call.named.begin(), call.named.end(), [&](const auto& other) { return other.name == entry.name; });
    if (twice) complain(entry.offset, fmt::format("the argument '{}' is given twice", entry.name));
    call.named.push_back(std::move(entry));
  }

  /// `dict(lr=…)`, `dict(base, lr=…)`
  Expression dict_call(const Syntax& syntax) {
    Expression call = expression_of(Kind::call);
    arguments(syntax, call);
    Expression result = expression_of(Kind::dict);
    if (call.items.size() > 1) complain(call.items[1].offset, "dict takes one dict, and names");
    for (Expression& item : call.items) put_all(result.named, std::move(item), syntax.start);
    for (Expression::Named& entry : call.named) put(result.named, std::move(entry));
    return result;
  }

  const Surroundings& surroundings_;
  Budget& budget_;
  std::vector<Local> locals_;
};

}  // namespace

Parsed<Expression> evaluate(const Syntax& syntax, const Surroundings& surroundings, Budget& budget) {
  try {
    return Evaluator(surroundings, budget).evaluate(syntax);
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

}  // namespace winnow::expression
