/// What is searched: named parameters, each with a domain, perhaps conditions, perhaps a grid mark;
/// and linear constraints between them.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/random.hpp>
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
  std::vector<Condition> conditions{};  ///< all must hold
  bool grid = false;                    ///< crossed instead of drawn (docs/semantics.md, "Samplers")

  [[nodiscard]] std::string name() const;  ///< the parts joined by dots
  bool operator==(const Parameter&) const = default;
};

/// Σ weight·value <= threshold, or >= (SigOpt's linear constraints). Over numeric parameters without conditions.
struct LinearConstraint {
  enum class Type { less_than, greater_than };
  struct Term {
    std::string name;
    double weight = 1;
    bool operator==(const Term&) const = default;
  };
  Type type = Type::less_than;
  double threshold = 0;
  std::vector<Term> terms;

  [[nodiscard]] bool holds(const Assignment& assignment) const;
  bool operator==(const LinearConstraint&) const = default;
};

/// The functions of computed parameters (Ray Tune's `sample_from`), by name. Each sees the trial's other values, and
/// may draw from the generator it is given, which depends on seed, trial and name only.
using SpaceFunction = std::function<Value(const Assignment& others, Rng& rng)>;
using SpaceFunctions = std::map<std::string, SpaceFunction, std::less<>>;

class Space {
public:
  Space() = default;
  /// Orders parents before their children and computed parameters last: by how many conditions a parameter hangs on,
  /// within that as given, those of a group together. Fails with `invalid_input` and `name: what` for two parameters of
  /// one name, a name that is also another's prefix group, an unknown parent, a circle of conditions, an invalid
  /// domain, or a grid mark on a domain without grid points. For a constraint (`linear_constraints[0]: what`): one that
  /// names a parameter that is unknown, conditional or no number, or that can't hold.
  static Result<Space> make(std::vector<Parameter> parameters, std::vector<LinearConstraint> constraints = {});

  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<LinearConstraint>& constraints() const { return constraints_; }
  [[nodiscard]] const Parameter* find(std::string_view name) const;
  /// True if a constraint names the parameter.
  [[nodiscard]] bool constrained(std::string_view name) const;
  /// True if every constraint holds.
  [[nodiscard]] bool feasible(const Assignment& assignment) const;
  /// True if the parameter's conditions hold under the values given so far.
  [[nodiscard]] bool present(const Parameter& parameter, const Assignment& so_far) const;
  /// The assignment as people write it: nested parameters as nested objects.
  [[nodiscard]] OrderedJson nest(const Assignment& assignment) const;
  bool operator==(const Space&) const = default;

private:
  std::vector<Parameter> parameters_;
  std::map<std::string, std::size_t, std::less<>> places_;  ///< of the parameters, by full name
  std::vector<LinearConstraint> constraints_;
};

/// Fails with `invalid_input` if a computed parameter's function isn't among them.
Result<void> check_functions(const Space& space, const SpaceFunctions& functions);

}  // namespace winnow
