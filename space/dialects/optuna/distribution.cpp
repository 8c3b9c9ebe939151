#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/dialects/optuna/distribution.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::optuna {
namespace {

template <class... Args>
tl::unexpected<Error> invalid(fmt::format_string<Args...> text, Args&&... args) {
  return fail(errc::invalid_input, fmt::format(text, std::forward<Args>(args)...));
}

/// What the domain itself refuses beyond Optuna's rules.
Result<Made> checked(Made made) {
  if (auto valid = validate(made.domain); !valid) return fail(valid.error());
  return made;
}

template <class Number>
std::string lowered(Number from, Number to, Number low, Number step) {
  return fmt::format("high ({}) is lowered to {}, the last step of {} from {}", from, to, step, low);
}

}  // namespace

Result<Made> make_float(double low, double high, const FloatOptions& options) {
  const auto& [step, log] = options;
  if (!std::isfinite(low)) return invalid("low ({}) must be finite", low);
  if (!std::isfinite(high)) return invalid("high ({}) must be finite", high);
  if (step && log) return invalid("step and log exclude each other");
  if (low > high) return invalid("low ({}) must be at most high ({})", low, high);
  if (log && low <= 0) return invalid("low ({}) must be greater than 0 with log", low);
  if (step && !(*step > 0 && std::isfinite(*step))) return invalid("step ({}) must be greater than 0", *step);

  Float domain{.law = log ? Law::log_uniform : Law::uniform, .a = low, .b = high, .q = {}, .step = step};
  if (!step) return checked({domain});
  if (!(lattice::last_step(domain) < lattice::kTwoTo53)) return invalid("step ({}) is too fine for the range", *step);
  const double last = lattice::step_point(domain, lattice::last_step(domain));
  if (high - last <= lattice::kTolerance * *step * std::max(1.0, lattice::last_step(domain))) return checked({domain});
  domain.b = last;
  return checked({domain, lowered(high, domain.b, low, *step)});
}

Result<Made> make_int(std::int64_t low, std::int64_t high, const IntOptions& options) {
  const auto& [step, log] = options;
  if (log && step != 1) return invalid("step ({}) must be 1 with log", step);
  if (low > high) return invalid("low ({}) must be at most high ({})", low, high);
  if (log && low < 1) return invalid("low ({}) must be at least 1 with log", low);
  if (step < 1) return invalid("step ({}) must be at least 1", step);
  Integer domain{.low = low, .high = high, .step = step, .log = log};
  domain.high = lattice::at_index(domain, lattice::last_index(domain));
  if (domain.high == high) return checked({domain});
  return checked({domain, lowered(high, domain.high, low, step)});
}

Result<Made> make_categorical(std::vector<Value> choices) {
  if (choices.empty()) return invalid("choices must hold at least one value");
  Made made{Categorical{.values = std::move(choices), .weights = {}}};
  const auto& values = std::get<Categorical>(made.domain).values;
  const auto structured = std::find_if(values.begin(), values.end(), [](const Value& v) { return v.is_structured(); });
  if (structured != values.end()) {
    made.warning = fmt::format("Optuna's storages keep choices that are null, booleans, numbers and texts only, not {}",
                               shown(*structured));
  }
  return checked(std::move(made));
}

Result<Domain> float_distribution(double low, double high, FloatOptions options) {
  return make_float(low, high, options).map([](const Made& made) { return made.domain; });
}

Result<Domain> int_distribution(std::int64_t low, std::int64_t high, IntOptions options) {
  return make_int(low, high, options).map([](const Made& made) { return made.domain; });
}

Result<Domain> categorical_distribution(std::vector<Value> choices) {
  return make_categorical(std::move(choices)).map([](const Made& made) { return made.domain; });
}

Result<Space> space(const std::vector<std::pair<std::string, Result<Domain>>>& distributions) {
  std::vector<Parameter> parameters;
  for (const auto& [name, domain] : distributions) {
    if (!domain) return fail(domain.error().code, fmt::format("{}: {}", name, domain.error().message));
    parameters.push_back({.path = {name}, .domain = *domain});
  }
  return Space::make(std::move(parameters));
}

}  // namespace winnow::optuna
