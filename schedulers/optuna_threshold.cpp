#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_threshold.hpp>

namespace winnow {

Result<OptunaThreshold> OptunaThreshold::make(Options options) {
  if (!options.lower && !options.upper) return invalid_option("lower", "or upper is required: the range of values");
  if (options.lower && options.upper && *options.lower > *options.upper) {
    return invalid_option(
        "lower", "must be at most upper (" + format_double(*options.upper) + "), got " + format_double(*options.lower));
  }
  if (auto valid = check(options.steps); !valid) return fail(std::move(valid.error()));
  return OptunaThreshold(options);
}

Decision OptunaThreshold::judge(const Judged& report) const {
  const auto last = last_.find(report.trial);
  if (!options_.steps.looks_at(report.step, last == last_.end() ? -1 : last->second)) return {};
  const auto stop = [&](const std::string& what) {
    return Decision{.verdict = Verdict::stop,
                    .why = format_double(report.value) + " is " + what + " at step " + std::to_string(report.step)};
  };
  if (std::isnan(report.value)) return stop("no number");
  if (options_.lower && report.value < *options_.lower) return stop("below lower, " + format_double(*options_.lower));
  if (options_.upper && report.value > *options_.upper) return stop("above upper, " + format_double(*options_.upper));
  return {};
}

std::vector<std::string> OptunaThreshold::describe() const {
  std::string outside = options_.lower ? "below " + format_double(*options_.lower) : "";
  if (options_.upper) outside += (outside.empty() ? "above " : " or above ") + format_double(*options_.upper);
  return {"a trial stops if its value is NaN or " + outside, "looked at " + options_.steps.describe()};
}

Value OptunaThreshold::options() const {
  Value json = Value::object();
  if (options_.lower) json["lower"] = *options_.lower;
  if (options_.upper) json["upper"] = *options_.upper;
  add_to(json, options_.steps);
  return json;
}

Result<std::unique_ptr<Scheduler>> make_optuna_threshold(const Value& options, SchedulerContext) {
  OptionReader reader("optuna_threshold", options);
  OptunaThreshold::Options read;
  read.lower = reader.number("lower");
  read.upper = reader.number("upper");
  read.steps = read_optuna_steps(reader);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = OptunaThreshold::make(read);
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<OptunaThreshold>(std::move(*made));
}

}  // namespace winnow
