/// Pairs of a name and a value in the order in which they came: header fields, query and path parameters.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::server {

struct NamedValue {
  std::string name;
  std::string value;
  bool operator==(const NamedValue&) const = default;
};

/// Names of parameters are what they are, to the letter.
using Parameters = std::vector<NamedValue>;

/// The first of that name; null if there is none.
const std::string* find(const Parameters& parameters, std::string_view name);

/// Whether two names of header fields, or two hosts, are the same: ASCII letters in any case (RFC 9110 §5.1).
bool same_name(std::string_view a, std::string_view b);

/// Header fields (RFC 9110 §5).
class Fields {
public:
  Fields() = default;
  Fields(std::initializer_list<NamedValue> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// In the place of all of that name.
  void set(std::string_view name, std::string value);
  /// The first of that name; null if there is none.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

private:
  std::vector<NamedValue> fields_;
};

}  // namespace winnow::server
