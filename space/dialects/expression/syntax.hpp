/// The grammar of Python's expressions, as a tree: what is written, before anything is computed. Not part of the
/// interface.
///
/// Source: "Expressions" of the Python Language Reference 3.11. Left out, and refused with the place: `yield`, `await`,
/// `:=`, starred arguments, bytes, complex numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression {

struct Syntax {
  enum class Kind {
    constant,       ///< `value`
    name,           ///< `name`
    list,           ///< parts; tuples as well
    set,            ///< parts
    dict,           ///< key, value, key, value, …; a `starred` key has no value that counts
    call,           ///< the function, then arguments; `keywords`
    attribute,      ///< of the one part, `name`
    index,          ///< the list, the index; three parts more for a slice, each may be None
    unary,          ///< `name` is the operator: - + not
    binary,         ///< `name` is the operator
    comparison,     ///< operands; `words` the operators between them
    logic,          ///< operands; `name` is `and` or `or`
    conditional,    ///< then, condition, otherwise
    comprehension,  ///< the element, of a dict key and value; `name` is list, set, dict or generator; `clauses`
    lambda,         ///< opaque
    format,         ///< an f-string: constants and `field`s
    field,          ///< the expression; `name` is its format, `words` its conversion
    starred,        ///< `*x` in a list, `**x` in a dict: the one part
  };
  struct Keyword;
  struct Clause;

  Kind kind = Kind::constant;
  std::size_t offset = 0;  ///< in bytes, of its first character; of an operation that of the operator
  std::size_t start = 0;   ///< of its first character
  std::size_t end = 0;     ///< behind its last
  int depth = 1;           ///< of the tree
  Value value{};
  std::string name{};
  std::vector<Syntax> parts{};
  std::vector<std::string> words{};
  std::vector<Keyword> keywords;
  std::vector<Clause> clauses;
};

struct Syntax::Keyword {
  std::string name;  ///< empty: `**value`
  std::size_t offset = 0;
  Syntax value;
};

/// `for targets in iterable if conditions`
struct Syntax::Clause {
  std::vector<std::string> targets;
  bool unpacks = false;  ///< false: the one target is the element itself
  Syntax iterable;
  std::vector<Syntax> conditions;
};

/// All of `text` from `begin` on as one expression; offsets are those in `text`. A tuple may stand without brackets.
Parsed<Syntax> parse_syntax(std::string_view text, std::size_t begin = 0);
/// The expression that starts at `begin`, whatever comes behind it.
Parsed<Syntax> parse_first(std::string_view text, std::size_t begin);

/// `for i in range(3)`, which starts at `begin`, as that of a comprehension; behind it may stand a colon.
Parsed<Syntax::Clause> parse_loop(std::string_view text, std::size_t begin);

}  // namespace winnow::expression
