#include <winnow/space/dialects/expression/functions.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include <winnow/space/dialects/expression/given.hpp>

namespace winnow::expression {
namespace {

Operand operand_of(const Expression& expression) {
  auto value = to_value(expression);
  if (!value) complain(value.error().offset, value.error().what);
  return {std::move(*value), expression.array};
}

/// `np` is what everybody calls numpy.
std::string full_name(std::string_view name) {
  return name.starts_with("np.") ? "numpy." + std::string(name.substr(3)) : std::string(name);
}

const Function* find(std::string_view name) {
  const std::string full = full_name(name);
  for (const auto functions : {python_functions(), numpy_functions()}) {
    const auto found = std::find_if(functions.begin(), functions.end(),
                                    [&](const Function& function) { return function.name == full; });
    if (found != functions.end()) return &*found;
  }
  return nullptr;
}

std::string changed_case(std::string text, bool upper) {
  for (char& c : text) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Value split(const std::string& text, const std::vector<Operand>& arguments, std::size_t at) {
  if (arguments.size() > 1) complain(at, "split takes one text here");
  Value words = Value::array();
  if (arguments.empty()) {
    for (std::size_t start = text.find_first_not_of(" \t\n"); start != std::string::npos;) {
      const std::size_t end = std::min(text.find_first_of(" \t\n", start), text.size());
      words.push_back(text.substr(start, end - start));
      start = text.find_first_not_of(" \t\n", end);
    }
    return words;
  }
  const std::string separator = text_of(arguments.front().value, at);
  if (separator.empty()) complain(at, "split takes a text that isn't empty");
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    words.push_back(text.substr(start, end == std::string::npos ? end : end - start));
    if (end == std::string::npos) return words;
    start = end + separator.size();
  }
}

/// `"units_{}".format(3)`, `{0}` as well.
std::string filled(const std::string& text, const std::vector<Operand>& arguments, std::size_t at) {
  std::string result;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] == '{' || text[i] == '}') && text.substr(i + 1, 1) == text.substr(i, 1)) {
      result.push_back(text[i++]);
    } else if (text[i] == '{') {
      const std::size_t close = text.find('}', i);
      const std::string inside = close == std::string::npos ? "?" : text.substr(i + 1, close - i - 1);
      const std::string field = inside.substr(0, inside.find(':'));
      const bool plain = field.empty() || (field.size() == 1 && field[0] >= '0' && field[0] <= '9');
      const std::size_t index = field.empty() ? next++ : static_cast<std::size_t>(field[0] - '0');
      if (!plain || index >= arguments.size())
        complain(at, "this format isn't read; write an f-string, or the text itself");
      const std::string format = inside.size() > field.size() ? inside.substr(field.size() + 1) : "";
      result += formatted(arguments[index].value, format, '\0', at);
      i = close;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

Value text_method(const std::string& text, std::string_view name, const std::vector<Operand>& arguments, std::size_t at,
                  Budget& budget) {
  if (name == "split") return split(text, arguments, at);
  if (name == "format") return filled(text, arguments, at);
  if (name == "upper" || name == "lower") return changed_case(text, name == "upper");
  if (name == "join" && arguments.size() == 1) {
    std::string joined;
    bool first = true;
    for (const Value& element : elements_of(arguments.front().value, at)) {
      if (!element.is_string()) complain(at, "join takes a list of texts");
      if (!std::exchange(first, false)) joined += text;
      joined += element.get<std::string>();
      budget.spend(joined.size(), at);
    }
    return joined;
  }
  complain(at, fmt::format("a method ({}) is Python code, and nothing is run here; write the value itself", name));
}

Value dict_method(const Value& dict, std::string_view name, const std::vector<Operand>& arguments, std::size_t at) {
  if (name == "get" && !arguments.empty() && arguments.front().value.is_string()) {
    const auto found = dict.find(arguments.front().value.get<std::string>());
    if (found != dict.end()) return *found;
    return arguments.size() > 1 ? arguments[1].value : Value();
  }
  Value list = Value::array();
  for (const auto& [key, value] : dict.items()) {
    if (name == "keys") {
      list.push_back(key);
    } else if (name == "values") {
      list.push_back(value);
    } else if (name == "items") {
      list.push_back(Value::array({key, value}));
    } else {
      complain(at, fmt::format("a method ({}) is Python code, and nothing is run here; write the value itself", name));
    }
  }
  return list;
}

/// numpy's `astype(int)`.
Value with_type(const Value& list, const Expression& call, std::size_t at) {
  const std::string type =
      call.items.size() == 1
          ? call.items[0].kind == Expression::Kind::name ? call.items[0].name : text_of(call.items[0].value, at)
          : "";
  const std::string_view last = last_part(type);
  if (!last.starts_with("int") && !last.starts_with("float")) complain(at, "astype takes int or float here");
  Value result = Value::array();
  for (const Value& element : list) {
    if (!element.is_number()) complain(at, "astype is for lists of numbers here");
    const auto number = element.get<double>();
    if (last.starts_with("float")) {
      result.push_back(number);
    } else if (element.is_number_integer()) {
      result.push_back(element);
    } else if (std::abs(number) < 0x1p63) {
      result.push_back(static_cast<std::int64_t>(number));
    } else {
      complain(at, "the result is beyond 64 bits");
    }
  }
  return result;
}

}  // namespace

Given::Given(const Expression& call, std::span<const Formal> formals, bool variadic, Budget& budget)
    : function_(call.name), offset_(call.offset), budget_(budget) {
  Expression rest = expression_of(Expression::Kind::call, call.offset, call.name);
  rest.named = call.named;
  if (variadic) {
    for (const Expression& item : call.items) all_.push_back(operand_of(item));
  } else {
    rest.items = call.items;
  }
  const auto bound = bind_arguments(rest, formals);
  if (!bound) complain(bound.error().offset, bound.error().what);
  for (const auto& [name, argument] : *bound) {
    named_.emplace(name, Placed{operand_of(*argument), argument->offset});
  }
}

void Given::complain_of(std::string_view what) const {
  complain(offset_, std::string(what));
}

bool Given::is_integer(std::string_view name) const {
  return value(name).is_number_integer() || value(name).is_boolean();
}

double Given::number(std::string_view name) const {
  if (value(name).is_boolean()) return value(name).get<bool>() ? 1 : 0;
  if (value(name).is_number()) return value(name).get<double>();
  complain(named_.find(name)->second.offset,
           fmt::format("{} of {} must be a number, got {}", name, last_part(function_), to_python(value(name))));
}

double Given::number(std::string_view name, double otherwise) const {
  return has(name) ? number(name) : otherwise;
}

std::int64_t Given::integer(std::string_view name) const {
  if (value(name).is_boolean()) return value(name).get<bool>() ? 1 : 0;
  const bool fits = value(name).is_number_integer() &&
                    (!value(name).is_number_unsigned() ||
                     value(name).get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  if (fits) return value(name).get<std::int64_t>();
  complain(named_.find(name)->second.offset,
           fmt::format("{} of {} must be an integer, got {}", name, last_part(function_), to_python(value(name))));
}

std::int64_t Given::integer(std::string_view name, std::int64_t otherwise) const {
  return has(name) ? integer(name) : otherwise;
}

bool Given::flag(std::string_view name, bool otherwise) const {
  return has(name) ? is_true(value(name)) : otherwise;
}

std::vector<Value> Given::elements(std::string_view name) const {
  std::vector<Value> all = elements_of(value(name), named_.find(name)->second.offset);
  budget_.spend(all.size(), offset_);
  return all;
}

Value real(double value, std::size_t offset) {
  if (std::isnan(value)) complain(offset, "this has no real result");
  if (std::isinf(value)) complain(offset, "the result is beyond a double's range");
  return value;
}

bool is_function(std::string_view name) {
  return find(name) != nullptr;
}

std::optional<Value> constant_named(std::string_view name) {
  const std::string full = full_name(name);
  const std::string_view last = last_part(full);
  if (full != "math." + std::string(last) && full != "numpy." + std::string(last)) return std::nullopt;
  if (last == "pi") return std::numbers::pi;
  if (last == "e") return std::numbers::e;
  if (last == "inf" || last == "Inf") return std::numeric_limits<double>::infinity();
  if (last == "nan" || last == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (full == "math.tau") return 2 * std::numbers::pi;
  return std::nullopt;
}

Operand call_function(const Expression& call, Budget& budget) {
  const Function& function = *find(call.name);
  Operand result = function.apply(Given(call, function.formals, function.variadic, budget));
  budget.spend(result.value.is_array() ? result.value.size() : 1, call.offset);
  return result;
}

Operand call_method(const Operand& object, const Expression& call, std::size_t at, Budget& budget) {
  const Value& value = object.value;
  if (call.name == "astype" && value.is_array()) return {with_type(value, call, at), true};
  std::vector<Operand> arguments;
  for (const Expression& item : call.items) arguments.push_back(operand_of(item));
  if (call.name == "copy" && value.is_structured()) return object;
  if (call.name == "tolist" && value.is_array()) return {value};
  if (value.is_string()) return {text_method(value.get_ref<const std::string&>(), call.name, arguments, at, budget)};
  if (value.is_object()) return {dict_method(value, call.name, arguments, at)};
  complain(at, fmt::format("a method ({}) is Python code, and nothing is run here; write the value itself", call.name));
}

}  // namespace winnow::expression
