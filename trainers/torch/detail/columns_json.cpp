#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include <winnow/core/value.hpp>
#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/torch/detail/columns.hpp>

namespace winnow::hf {
namespace {

const std::set<std::string> kSequences{"input_ids", "attention_mask", "token_type_ids"};
constexpr double kTooGreat = 9007199254740992.0;  // 2^53: a double holds all integers below it

/// A column as it grows.
struct JsonColumn {
  std::vector<double> cells{};
  std::vector<std::int64_t> shape{};  ///< of a row; of sequences that of the first
  std::vector<std::size_t> ends{};    ///< of each row, in cells
  bool is_whole = true;
};

bool is_numbers(const Value& value) {
  if (!value.is_array()) return value.is_number() || value.is_boolean();
  return std::all_of(value.begin(), value.end(), is_numbers);
}

/// By the first of each level.
std::vector<std::int64_t> shape_of(const Value& value) {
  std::vector<std::int64_t> shape;
  for (const Value* at = &value; at->is_array(); at = &at->front()) {
    shape.push_back(std::ssize(*at));
    if (at->empty()) break;
  }
  return shape;
}

/// Appends the value's numbers. False where they aren't of this shape.
bool append(const Value& value, const std::vector<std::int64_t>& shape, std::size_t depth, JsonColumn& column) {
  if (value.is_array()) {
    return depth < shape.size() && shape[depth] == std::ssize(value) &&
           std::all_of(value.begin(), value.end(),
                       [&](const Value& part) { return append(part, shape, depth + 1, column); });
  }
  column.is_whole = column.is_whole && !value.is_number_float();
  column.cells.push_back(value.is_boolean() ? static_cast<double>(value.get<bool>()) : value.get<double>());
  return depth == shape.size();
}

std::string shown_shape(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const auto size : shape) text.append(text.empty() ? "" : " x ").append(std::to_string(size));
  return shape.empty() ? "one number" : text + " numbers";
}

tl::unexpected<Error> wrong_value(const std::string& where, const std::string& name, const std::string& what) {
  return fail(errc::invalid_input, where + ": column " + name + " " + what);
}

class Reader {
public:
  Result<void> add(const std::string& where, const Value& row) {
    if (!row.is_object()) {
      return fail(errc::invalid_input, where + ": must be an object of columns, got " + fields::shown(row));
    }
    if (rows_ == 0) {
      for (const auto& [name, value] : row.items()) {
        if (is_numbers(value)) {
          columns_[name];
        } else {
          passed_over_.insert(name);
        }
      }
    }
    for (const auto& [name, value] : row.items()) {
      if (passed_over_.contains(name)) continue;
      const auto column = columns_.find(name);
      if (column == columns_.end()) return wrong_value(where, name, "isn't in the first line; all must have the same");
      if (auto added = add_value(where, name, column->second, value); !added) return added;
    }
    ++rows_;
    for (const auto& [name, column] : columns_) {
      if (column.ends.size() != rows_) return wrong_value(where, name, "is missing; each line must have the same");
    }
    return {};
  }

  Result<Columns> columns(const std::string& file) {
    if (rows_ == 0) return fail(errc::invalid_input, file + ": no rows; each line is one, an object of columns");
    for (const char* labels : {"labels", "label"}) {
      if (passed_over_.contains(labels)) {
        return wrong_value(file, labels, "must hold numbers: classes are counted from 0");
      }
    }
    if (columns_.empty()) {
      return fail(errc::invalid_input, file + ": no column of numbers (there are: " +
                                           fields::listed(std::vector(passed_over_.begin(), passed_over_.end())) +
                                           "); texts must be made into tokens before");
    }
    Columns all;
    for (auto& [name, column] : columns_) {
      if (is_sequence(name, column)) {
        all.sequences.emplace(name, sequences_of(column));
      } else {
        all.tensors.emplace(name, tensor_of_column(column));
      }
    }
    return all;
  }

private:
  static bool is_sequence(const std::string& name, const JsonColumn& column) {
    return kSequences.contains(name) && column.shape.size() == 1;
  }

  Result<void> add_value(const std::string& where, const std::string& name, JsonColumn& column, const Value& value) {
    if (!is_numbers(value)) {
      return wrong_value(where, name, "must be a number or an array of numbers, got " + fields::shown(value));
    }
    const std::size_t begin = column.cells.size();
    const bool is_first = column.ends.empty();
    const std::vector<std::int64_t> shape = shape_of(value);
    if (!append(value, shape, 0, column)) return wrong_value(where, name, "has arrays of different lengths");
    if (is_first) column.shape = shape;
    const bool may_differ = is_sequence(name, column) && shape.size() == 1;
    if (shape != column.shape && !may_differ) {
      return wrong_value(where, name,
                         "has " + shown_shape(shape) + ", in the first line " + shown_shape(column.shape) +
                             "; only whole input_ids, attention_mask and token_type_ids may differ");
    }
    for (std::size_t i = begin; i < column.cells.size(); ++i) {
      const double cell = column.cells[i];
      const bool is_good = column.is_whole ? std::abs(cell) < kTooGreat : std::isfinite(static_cast<float>(cell));
      if (!is_good) return wrong_value(where, name, "holds " + format_double(cell) + ", which is too great");
    }
    if (is_sequence(name, column) && !column.is_whole) return wrong_value(where, name, "must hold integers");
    column.ends.push_back(column.cells.size());
    return {};
  }

  static Sequences sequences_of(const JsonColumn& column) {
    Sequences rows;
    std::size_t begin = 0;
    for (const std::size_t end : column.ends) {
      rows.emplace_back(column.cells.begin() + static_cast<std::ptrdiff_t>(begin),
                        column.cells.begin() + static_cast<std::ptrdiff_t>(end));
      begin = end;
    }
    return rows;
  }

  static torch::Tensor tensor_of_column(const JsonColumn& column) {
    std::vector<std::int64_t> shape{std::ssize(column.ends)};
    shape.insert(shape.end(), column.shape.begin(), column.shape.end());
    if (column.is_whole) return tensor_of(std::vector<std::int64_t>(column.cells.begin(), column.cells.end()), shape);
    return tensor_of(std::vector<float>(column.cells.begin(), column.cells.end()), shape);
  }

  std::size_t rows_ = 0;
  std::map<std::string, JsonColumn> columns_{};
  std::set<std::string> passed_over_{};
};

}  // namespace

Result<Columns> read_json_columns(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::invalid_input, file.string() + ": can't be read");
  Reader reader;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string where = file.string() + ":" + std::to_string(number);
    Value row;
    try {
      row = Value::parse(line);
    } catch (const Value::exception& error) {
      const std::string text = error.what();
      return fail(errc::invalid_input, where + ": no JSON: " + text.substr(text.find("] ") + 2));
    }
    if (auto added = reader.add(where, row); !added) return fail(std::move(added.error()));
  }
  return reader.columns(file.string());
}

}  // namespace winnow::hf
