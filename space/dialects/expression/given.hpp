/// The arguments of a function that can be computed. Not part of the interface.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include <winnow/space/dialects/expression/operations.hpp>

namespace winnow::expression {

class Given {
public:
  /// Complains of arguments that don't fit `formals`. No formals: any number, without names but those of `named`.
  Given(const Expression& call, std::span<const Formal> formals, bool variadic, Budget& budget);

  [[nodiscard]] bool has(std::string_view name) const { return named_.contains(name) && !at(name).value.is_null(); }
  /// One that is there.
  [[nodiscard]] const Operand& at(std::string_view name) const { return named_.find(name)->second.operand; }
  [[nodiscard]] const Value& value(std::string_view name) const { return at(name).value; }
  [[nodiscard]] bool is_integer(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name, double otherwise) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  [[nodiscard]] bool flag(std::string_view name, bool otherwise) const;
  [[nodiscard]] std::vector<Value> elements(std::string_view name) const;

  /// Those of a function that takes any number.
  [[nodiscard]] const std::vector<Operand>& all() const { return all_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] std::string_view function() const { return function_; }
  [[nodiscard]] Budget& budget() const { return budget_; }
  [[noreturn]] void complain_of(std::string_view what) const;

private:
  struct Placed {
    Operand operand;
    std::size_t offset = 0;
  };

  std::string_view function_;
  std::size_t offset_;
  Budget& budget_;
  std::map<std::string_view, Placed> named_;
  std::vector<Operand> all_;
};

struct Function {
  std::string_view name;
  std::span<const Formal> formals;
  Operand (*apply)(const Given& given);
  bool variadic = false;
};

std::span<const Function> python_functions();
std::span<const Function> numpy_functions();

/// `math.log` of a number, as Python's; complains outside of its range.
Value real(double value, std::size_t offset);

}  // namespace winnow::expression
