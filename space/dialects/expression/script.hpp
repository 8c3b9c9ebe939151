/// A Python script as text: its statements, what they name, and where they stand. Nothing is run. Not part of the
/// interface.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/evaluate.hpp>

namespace winnow::expression {

struct Statement {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::size_t begin = 0;  ///< of its first character
  std::size_t end = 0;    ///< behind its last; of a header (`if x:`) behind the colon
  std::size_t indent = 0;
  std::size_t parent = kNone;  ///< the header that it stands below
  std::string_view keyword{};  ///< `def`, `for`, `import`, …; empty for an expression or an assignment
  bool is_header = false;
};

/// `name = …`, also `name: type = …` and `a.name = …`.
struct Assignment {
  std::string target;
  std::size_t statement = 0;
  std::size_t value = 0;  ///< where the expression starts
};

class Script {
public:
  /// Fails where a bracket or a text isn't closed.
  static Parsed<Script> read(std::string_view text);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] const std::vector<Statement>& statements() const { return statements_; }
  [[nodiscard]] const std::vector<Assignment>& assignments() const { return assignments_; }

  /// The function that a statement stands in, as the statement of its `def`; kNone: none.
  [[nodiscard]] std::size_t function_of(std::size_t statement) const;
  /// The name that a `def` defines.
  [[nodiscard]] std::string_view function_name(std::size_t statement) const;
  /// The innermost loop or branch of its function that it stands in; kNone: it always runs, once.
  [[nodiscard]] std::size_t block_of(std::size_t statement) const;
  [[nodiscard]] std::size_t statement_at(std::size_t offset) const;

  /// The text up to the end of a statement: what an expression in it is read from.
  [[nodiscard]] std::string_view up_to_end(std::size_t statement) const {
    return text_.substr(0, statements_[statement].end);
  }

  /// Earlier constants by name, and what imports call otherwise. The script and the budget must outlive it.
  [[nodiscard]] Surroundings surroundings(Budget& budget) const;

  /// Calls `meet(offset, name)` for each dotted name of a statement, texts and comments left out.
  void each_name(std::size_t statement, const std::function<void(std::size_t, std::string_view)>& meet) const;

private:
  explicit Script(std::string_view text) : text_(text) {}
  void find_statements();
  void add_statement(std::size_t begin, std::size_t end, std::vector<std::size_t>& open);
  void find_names(std::size_t statement);
  void read_import(std::size_t statement);
  void read_header(std::size_t statement);
  void read_parameters(std::size_t statement);
  void read_assignment(std::size_t statement);
  void read_change(std::size_t statement);
  void bind_otherwise(std::string_view name, std::size_t statement);
  [[nodiscard]] std::optional<Expression> value_of(std::string_view name, std::size_t offset, Budget& budget) const;

  /// What gives a name its meaning: an assignment, or something that has no value here (a loop, a parameter, `+=`).
  struct Binding {
    std::size_t statement = 0;
    std::size_t scope = Statement::kNone;  ///< the function that it is known in
    std::optional<std::size_t> value{};
    bool is_opaque = false;  ///< a parameter, a function: nobody expects its value
  };

  std::string_view text_;
  std::vector<Statement> statements_;
  std::vector<Assignment> assignments_;
  std::map<std::string, std::vector<Binding>, std::less<>> bindings_;
  std::map<std::string, std::string, std::less<>> imported_;
};

/// Behind the bracket that closes the one at `open`, texts and comments left out.
std::size_t behind_bracket(std::string_view text, std::size_t open);

}  // namespace winnow::expression
