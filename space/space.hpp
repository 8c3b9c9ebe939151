/// What is searched: named parameters, each with a domain, perhaps a condition, perhaps a grid mark.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/domain.hpp>

namespace winnow {

/// The parameter is present only when `parent` is present and has one of `values`.
struct Condition {
  std::string parent;  ///< full name
  std::vector<Value> values;
  bool operator==(const Condition&) const = default;
};

struct Parameter {
  std::vector<std::string> path;  ///< {"optimizer", "lr"} for a nested one; one part for a flat name, dots and all
  Domain domain;
  std::optional<Condition> condition;
  bool grid = false;  ///< crossed with the other marked ones instead of drawn (SEMANTICS §5)

  [[nodiscard]] std::string name() const;  ///< the parts joined by dots
  bool operator==(const Parameter&) const = default;
};

class Space {
public:
  Space() = default;
  /// Orders parents before their children: by how many conditions a parameter hangs on, within that as given, those of
  /// a group together. Fails with `invalid_input` and `name: what` for two parameters of one name, a name that is also
  /// another's prefix group, an unknown parent, a circle of conditions, an invalid domain, or a grid mark on a domain
  /// without grid points.
  static Result<Space> make(std::vector<Parameter> parameters);

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const Parameter* find(std::string_view name) const;
  /// True if the parameter's condition holds under the values given so far.
  [[nodiscard]] bool present(const Parameter& parameter, const Assignment& so_far) const;
  /// The assignment as people write it: nested parameters as nested objects.
  [[nodiscard]] OrderedJson nest(const Assignment& assignment) const;
  bool operator==(const Space&) const = default;

private:
  std::vector<Parameter> parameters_;
};

}  // namespace winnow
