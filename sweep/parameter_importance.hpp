/// What an evaluator of parameter importance is given, and what it finds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/space/domain.hpp>

namespace winnow {

/// A trial as evaluators see it. What is pointed to must outlive the call.
struct RatedTrial {
  struct Drawn {
    std::string_view name;
    const Domain* domain;
  };

  const Assignment* params = nullptr;
  double loss = 0;             ///< less is better; finite
  std::vector<Drawn> drawn{};  ///< the domains of values that aren't by the space's (define-by-run)
};

struct ParameterImportance {
  std::string name;
  double importance = 0;  ///< its share of all parameters' scores: they sum to 1
  double score = 0;       ///< >= 0: PED-ANOVA's divergence, fANOVA's fraction of the variance
  bool sparse = false;    ///< a single trial has it, lacks it, or has it by another domain: it counts for nothing
};

struct Importance {
  std::vector<ParameterImportance> parameters{};  ///< the most important first, of equal ones as in the space
  std::vector<std::string> fixed{};               ///< parameters with one value, of which there is nothing to say
  std::vector<std::string> partial{};             ///< of which the evaluator says nothing, as not all trials have them
  std::size_t trials = 0;
  std::size_t region = 0;  ///< PED-ANOVA: so many of them
  std::size_t target = 0;  ///< PED-ANOVA: so many of those
};

}  // namespace winnow
