/// The functions of Ray Tune's search space API, as they stand in a file: for its reader and its printer. Not part of
/// the interface.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <winnow/space/dialects/expression/expression.hpp>
#include <winnow/space/dialects/ray.hpp>

namespace winnow::ray {

/// A call's arguments as typed values. The first that is wrong sticks: `lower must be a finite number, got "x"`.
class Given {
public:
  using Values = std::map<std::string_view, Value>;
  explicit Given(Values values) : values_(std::move(values)) {}

  double number(std::string_view name, double otherwise = 0);
  std::int64_t integer(std::string_view name, std::int64_t otherwise = 0);
  std::vector<Value> list(std::string_view name);

  [[nodiscard]] const std::string& problem() const { return problem_; }

private:
  const Value* find(std::string_view name) const;
  void complain(std::string_view name, std::string_view what, const Value& value);

  Values values_;
  std::string problem_;
};

struct Function {
  std::string_view name;
  std::span<const expression::Formal> formals;
  Leaf (*make)(Given& given);  ///< null: sample_from
};

/// Null if there is none of that name.
const Function* find_function(std::string_view name);
std::vector<std::string> function_names();

/// What a text at a leaf is.
enum class Text { constant, call, unknown_function, python };
Text kind_of(std::string_view text);

}  // namespace winnow::ray
