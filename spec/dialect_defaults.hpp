/// What a tool does when it is told nothing but a space (docs/semantics.md, "Backends").
#pragma once

#include <string>
#include <vector>

#include <winnow/space/dialects/dialect.hpp>

namespace winnow {

struct DialectDefaults {
  std::string method = "random";
  std::string scheduler = "fifo";
  std::string resource = "step";
  bool stopped_are_eligible = false;  ///< for the best trial
};

/// `objectives`: how many metrics are optimised.
DialectDefaults defaults_of(Dialect dialect, std::size_t objectives);

/// `the sampler tpe`, `the scheduler optuna_median`: those of the defaults that the registries lack.
std::vector<std::string> missing_policies(const DialectDefaults& defaults, bool own_method, bool own_scheduler);

}  // namespace winnow
