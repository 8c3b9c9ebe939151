#include <winnow/schedulers/optuna_steps.hpp>

namespace winnow {

bool OptunaSteps::looks_at(Step step, Step previous) const {
  if (step < warmup) return false;
  const Step begin = step - (step - warmup) % interval;
  return previous < begin;
}

std::string OptunaSteps::describe() const {
  const std::string from = " from step " + std::to_string(warmup) + " on";
  if (interval == 1) return "at every report" + from;
  return "at the first report of every " + std::to_string(interval) + " steps" + from;
}

OptunaSteps read_optuna_steps(OptionReader& reader) {
  OptunaSteps steps;
  steps.warmup = reader.integer("n_warmup_steps", steps.warmup);
  steps.interval = reader.integer("interval_steps", steps.interval);
  return steps;
}

Result<void> check_at_least(const char* key, int value, int least) {
  if (value >= least) return {};
  return invalid_option(key, "must be at least " + std::to_string(least) + ", got " + std::to_string(value));
}

Result<void> check(const OptunaSteps& steps) {
  if (auto valid = check_at_least("n_warmup_steps", steps.warmup, 0); !valid) return valid;
  return check_at_least("interval_steps", steps.interval, 1);
}

void add_to(Value& options, const OptunaSteps& steps) {
  options["n_warmup_steps"] = steps.warmup;
  options["interval_steps"] = steps.interval;
}

std::optional<int> read_whole_or_auto(OptionReader& reader, const Value& options, const char* key,
                                      std::optional<int> fallback) {
  const auto found = options.is_object() ? options.find(key) : options.end();
  if (found == options.end()) {
    reader.integer(key);  // the key is known
    return fallback;
  }
  if (*found != "auto") return reader.integer(key);
  reader.text(key);
  return std::nullopt;
}

}  // namespace winnow
