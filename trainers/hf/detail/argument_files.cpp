#include <algorithm>
#include <winnow/core/nearest.hpp>
#include <winnow/trainers/hf/detail/argument_fields.hpp>
#include <winnow/trainers/hf/detail/other_arguments.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {
namespace {

/// Of a name that this trainer has no argument for.
std::string unknown_argument(const std::string& name) {
  if (find_other(name) != nullptr) return name + ": this trainer has no such argument; Hugging Face's has";
  return name + ": is no training argument" + did_you_mean(name, argument_names());
}

bool is_lossy(const Value& given, const Value& trained) {
  if (!given.is_number()) return false;
  if (trained.is_boolean()) return given != Value(trained.get<bool>() ? 1 : 0);
  return trained.is_number() && given != trained;
}

}  // namespace

std::vector<std::string> argument_names() {
  std::vector<std::string> names;
  for (const Field& field : argument_fields()) names.emplace_back(field.name);
  return names;
}

OrderedJson to_json(const TrainingArguments& arguments) {
  OrderedJson file = OrderedJson::object();
  for (const Field& field : argument_fields()) file[std::string(field.name)] = write(arguments, field);
  for (const auto& [name, value] : arguments.others.items()) file[name] = value;
  return file;
}

Result<ReadArguments> from_json(const Value& file) {
  if (!file.is_object()) {
    return fail(errc::invalid_input,
                "training arguments: must be an object of names and values, got " + fields::shown(file));
  }
  ReadArguments result;
  for (const auto& [name, value] : file.items()) {
    if (const Field* field = find_field(name)) {
      if (value.is_null()) continue;
      if (const auto read = hf::read(result.arguments, *field, value); !read) return fail(read.error());
      continue;
    }
    const OtherArgument* other = find_other(name);
    if (other == nullptr || other->matters(value)) result.warnings.push_back(unknown_argument(name));
    if (other != nullptr) result.arguments.others[name] = value;
  }
  return result;
}

Result<Written> set(TrainingArguments& arguments, std::string_view name, const Value& value) {
  const Field* field = find_field(name);
  if (field == nullptr) return Written{std::nullopt, unknown_argument(std::string(name))};
  Value trained = cast(*field, value);
  if (const auto read = hf::read(arguments, *field, trained); !read) return fail(read.error());
  trained = write(arguments, *field);
  std::string warning;
  if (is_lossy(value, trained)) {
    warning = std::string(name) + ": " + fields::shown(value) + " is trained as " + fields::shown(trained);
  }
  return Written{std::move(trained), std::move(warning)};
}

}  // namespace winnow::hf
