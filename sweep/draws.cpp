/// Parameters that turn up while a trial runs (define-by-run; docs/semantics.md, "Samplers"): drawn once, recorded, and
/// the same again.
#include <fmt/format.h>

#include <algorithm>

#include <winnow/space/describe.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/sweep/detail/event_about.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {
Result<std::optional<Value>> Sweep::known_draw(TrialId number, Attempt attempt, const std::string& name,
                                               const Domain& domain) const {
  const auto open = open_trial(number, attempt);
  if (!open) return fail(open.error());
  if (name.empty()) return fail(errc::invalid_input, "a parameter's name must not be empty");
  const Trial& trial = **open;
  if (trial.state != TrialState::running) {
    return fail(errc::illegal_state, fmt::format("trial {} is {}", number, to_string(trial.state)));
  }
  if (auto valid = validate(domain); !valid) return fail(errc::invalid_input, name + ": " + valid.error().message);
  if (std::holds_alternative<Computed>(domain)) {
    return fail(errc::invalid_input, name + ": a computed parameter can't be drawn while the trial runs");
  }
  const Value* value = trial.params.find(name);
  if (value == nullptr) return std::nullopt;
  const auto drawn =
      std::find_if(trial.drawn.begin(), trial.drawn.end(), [&](const auto& d) { return d.first == name; });
  const Parameter* parameter = spec_.space.find(name);
  const auto had = drawn != trial.drawn.end() ? recorded_domain(drawn->second)
                   : parameter != nullptr     ? Result<Domain>(parameter->domain)
                                              : Result<Domain>(domain);  // a point of start_with
  if (!had) return fail(had.error().code, fmt::format("{} of trial {}: {}", name, number, had.error().message));
  if (same_domain(*had, domain)) return *value;
  return fail(errc::invalid_input, fmt::format("{}: trial {} has it from {} already, and {} is another domain", name,
                                               number, describe(*had), describe(domain)));
}

Event Sweep::drawn(TrialId trial, const std::string& name, const Domain& domain, Value value, std::int64_t seen,
                   double now) const {
  event::Drawn drawn;
  drawn.seen = seen;
  drawn.params.set(name, std::move(value));
  return event_about(std::move(drawn), *find(trial), TrialState::running,
                     domain_json(domain).dump(-1, ' ', false, OrderedJson::error_handler_t::replace), now);
}

}  // namespace winnow
