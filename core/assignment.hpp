/// The parameter values of one trial, by full name (`optimizer.lr` for a nested one), in the order of the space.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow {

class Assignment {
public:
  using Entry = std::pair<std::string, Value>;

  Assignment() = default;
  explicit Assignment(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  /// Adds a value, or replaces the one of that name.
  void set(std::string name, Value value);
  /// Null if there is no parameter of that name (a conditional one that is absent, say).
  [[nodiscard]] const Value* find(std::string_view name) const;

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  bool operator==(const Assignment&) const = default;

  /// One flat object: full names to values.
  [[nodiscard]] OrderedJson to_json() const;
  static Result<Assignment> from_json(const OrderedJson& object);

private:
  std::vector<Entry> entries_;
};

}  // namespace winnow
