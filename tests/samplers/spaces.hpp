/// Spaces that more than one test file samples.
#pragma once

#include <winnow/space/draw.hpp>

#include "support.hpp"

namespace winnow::testing {

/// Domains of all kinds, and conditions.
inline Space wide_space() {
  return make_space({parameter("lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}), choice("opt", {"sgd", "adam"}),
                     parameter("weighted", Categorical{{1, 2, 3}, {0.5, 0, 0.5}}),
                     parameter("layers", Integer{.low = 1, .high = 64, .step = 1, .log = true}),
                     parameter("units", Integer{.low = 16, .high = 256, .step = 16}),
                     parameter("noise", Float{.law = Law::normal, .a = 0, .b = 2}),
                     parameter("drop", range(0, 0.5, {}, 0.1)), parameter("q", range(0, 1, 0.25)),
                     parameter("fixed", Constant{3}), only_if(real("momentum"), "opt", {"sgd"}),
                     only_if(choice("nesterov", {true, false, nullptr}), "opt", {"sgd"}),
                     only_if(parameter("steps", Integer{.low = 1, .high = 4}), "units", {16, 32, 48, 64, 80})});
}

/// a + b <= 0.5, c >= 0.2.
inline Space constrained_space() {
  auto space =
      Space::make({real("a"), real("b"), real("c"), parameter("one", Constant{1}), choice("d", {1, 2, 3})},
                  {{.type = LinearConstraint::Type::less_than, .threshold = 0.5, .terms = {{"a"}, {"b"}}},
                   {.type = LinearConstraint::Type::greater_than, .threshold = 1.2, .terms = {{"c"}, {"one"}}}});
  EXPECT_TRUE(space) << space.error().message;
  return std::move(space.value());
}

/// Every present parameter has a value that its domain holds, no other has one, and the linear constraints hold.
inline void expect_within(const Space& space, const Assignment& trial) {
  std::size_t present = 0;
  for (const Parameter& one : space.parameters()) {
    const Value* value = trial.find(one.name());
    ASSERT_EQ(value != nullptr, space.present(one, trial)) << one.name() << " " << trial.to_json();
    if (value == nullptr) continue;
    ++present;
    EXPECT_TRUE(contains(one.domain, *value)) << one.name() << " " << *value;
  }
  EXPECT_EQ(trial.entries().size(), present);
  EXPECT_TRUE(space.feasible(trial)) << trial.to_json();
}

}  // namespace winnow::testing
