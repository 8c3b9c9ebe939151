/// One Python expression as text, the way people copy it from a script: `tune.loguniform(1e-4, 1e-1)`. It is read,
/// never run.
///
/// What constants, and the functions that spaces are made with (`functions.hpp`), come to is computed with Python's
/// results, integers within 64 bits: arithmetic, comparisons, comprehensions, f-strings, indexing. Tuples become lists.
/// What is left are constants, lists, dicts with texts as keys, calls of unknown functions with their arguments,
/// unknown names, and code (a lambda). The grammar is in `syntax.hpp`. Anything else is refused with the place and a
/// reason, and so is what takes more than a million steps.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/space/document.hpp>

namespace winnow::expression {

struct Expression {
  struct Named;
  enum class Kind { value, list, dict, call, name, code };

  Kind kind = Kind::value;
  std::size_t offset = 0;           ///< in bytes, of its first character
  Value value{};                    ///< of a `value`: null, boolean, number or text; or a list that was computed
  bool array = false;               ///< a `value` that is a list of numpy's: its arithmetic is that of its elements
  std::string name{};               ///< of a call or a name, dots included; what the code is
  std::vector<Expression> items{};  ///< of a list; a call's positional arguments
  std::vector<Named> named;         ///< of a dict; a call's keyword arguments
};

struct Expression::Named {
  std::string name;
  std::size_t offset = 0;
  Expression value;
};

inline Expression expression_of(Expression::Kind kind, std::size_t offset = 0, std::string name = {}) {
  Expression made;
  made.kind = kind;
  made.offset = offset;
  made.name = std::move(name);
  return made;
}

struct Problem {
  std::size_t offset = 0;
  std::string what;
};

template <class T>
using Parsed = tl::expected<T, Problem>;

inline tl::unexpected<Problem> refuse(std::size_t offset, std::string what) {
  return tl::unexpected<Problem>(Problem{offset, std::move(what)});
}

/// All of `text` as one expression.
Parsed<Expression> parse(std::string_view text);

/// The value that an expression without calls stands for.
Parsed<Value> to_value(const Expression& expression);

/// The dotted name at the start of a text such as `tune.uniform(0, 1)`; empty if that is no call.
std::string_view called_name(std::string_view text);
/// Behind the last dot.
std::string_view last_part(std::string_view dotted);

/// What a function takes, in the order of its positional arguments.
struct Formal {
  std::string_view name;
  bool required = true;
  bool keyword_only = false;
};

using Arguments = std::map<std::string_view, const Expression*>;

/// A call's arguments by name, as Python binds them. The call must outlive the result.
Parsed<Arguments> bind_arguments(const Expression& call, std::span<const Formal> formals);

/// The value in Python's spelling: `True`, `None`, `1e-05`, `'text'`. Reading it gives the value again.
std::string to_python(const Value& value);

/// Where a byte of a scalar's text stands in its file. Of a text over several lines, its start.
Position position_in(const Node& scalar, std::size_t offset);

}  // namespace winnow::expression
