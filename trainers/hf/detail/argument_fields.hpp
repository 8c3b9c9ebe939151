/// The one table behind reading, writing, casting and checking of TrainingArguments. Not part of the interface.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {

template <class T>
using MemberOf = T TrainingArguments::*;

using Member = std::variant<MemberOf<bool>, MemberOf<std::optional<bool>>, MemberOf<std::int64_t>,
                            MemberOf<std::optional<std::int64_t>>, MemberOf<double>, MemberOf<std::optional<double>>,
                            MemberOf<std::string>, MemberOf<std::optional<std::string>>, MemberOf<Value>>;

/// How a real number counts. HF's Python tells 500 from 500.0, and so does its file.
enum class Counting {
  real,   ///< 3.0
  plain,  ///< an integer where it is whole
  steps,  ///< the same, and whole from 1 on; below 1 a share of all steps
};

struct Field {
  std::string_view name;
  Member member;
  fields::Range range{};             ///< of a number
  std::vector<std::string> words{};  ///< that a text can be; empty: any
  Counting counting = Counting::real;
};

/// In HF's order.
const std::vector<Field>& argument_fields();
/// Null if there is none of that name.
const Field* find_field(std::string_view name);

/// Takes only a value of the field's own type and range; null where there may be none.
Result<void> read(TrainingArguments& arguments, const Field& field, const Value& value);
Value write(const TrainingArguments& arguments, const Field& field);

/// The value in the field's type, by the rules of Python's int(), float(), str() and dict(), a boolean by word; as it
/// is where that can't be.
Value cast(const Field& field, const Value& value);

}  // namespace winnow::hf
