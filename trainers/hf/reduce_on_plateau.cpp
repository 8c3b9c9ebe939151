#include <algorithm>
#include <cmath>
#include <string_view>
#include <winnow/core/options.hpp>
#include <winnow/trainers/hf/learning_rate.hpp>

namespace winnow::hf {
namespace {

/// True for the second of two words, false for the first, and where there is none.
Result<bool> either(OptionReader& kwargs, std::string_view key, std::string_view first, std::string_view second) {
  const auto word = kwargs.text(key);
  if (!word || *word == first) return false;
  if (*word == second) return true;
  return invalid_option(key, "must be " + std::string(first) + " or " + std::string(second) + ", got \"" + *word + '"');
}

/// Its name stands after that of the argument which holds it.
tl::unexpected<Error> plateau_error(const Error& error) {
  return fail(errc::invalid_input, "lr_scheduler_kwargs." + error.message);
}

}  // namespace

ReduceOnPlateau::ReduceOnPlateau(Options options) : options_(options) {
  if (options_.mode == Goal::maximize) state_.best = -state_.best;
}

Result<ReduceOnPlateau> ReduceOnPlateau::make(const Value& kwargs) {
  OptionReader reader("lr_scheduler_type reduce_lr_on_plateau", kwargs);
  Options options;
  const auto maximise = either(reader, "mode", "min", "max");
  const auto absolute = either(reader, "threshold_mode", "rel", "abs");
  options.factor = reader.number("factor").value_or(options.factor);
  options.patience = reader.integer("patience", static_cast<int>(options.patience));
  options.threshold = reader.number("threshold").value_or(options.threshold);
  options.cooldown = reader.integer("cooldown", static_cast<int>(options.cooldown));
  options.min_lr = reader.number("min_lr").value_or(options.min_lr);
  options.eps = reader.number("eps").value_or(options.eps);
  reader.value("verbose");
  if (const auto read = reader.finish(); !read) return plateau_error(read.error());
  if (!maximise) return plateau_error(maximise.error());
  if (!absolute) return plateau_error(absolute.error());
  if (options.factor >= 1) {
    return plateau_error({errc::invalid_input, "factor: must be less than 1, got " + format_double(options.factor)});
  }
  options.mode = *maximise ? Goal::maximize : Goal::minimize;
  options.relative = !*absolute;
  return ReduceOnPlateau(options);
}

bool ReduceOnPlateau::is_better(double metric) const {
  if (!std::isfinite(metric)) return false;
  const double sign = options_.mode == Goal::maximize ? 1 : -1;
  const double margin = sign * options_.threshold;
  const double bar = options_.relative ? state_.best * (1 + margin) : state_.best + margin;
  return options_.mode == Goal::maximize ? metric > bar : metric < bar;
}

double ReduceOnPlateau::next(double metric, double learning_rate) {
  if (is_better(metric)) {
    state_.best = metric;
    state_.bad = 0;
  } else {
    ++state_.bad;
  }
  if (state_.cooling > 0) {
    --state_.cooling;
    state_.bad = 0;
  }
  if (state_.bad <= options_.patience) return learning_rate;
  state_.cooling = options_.cooldown;
  state_.bad = 0;
  const double lowered = std::max(learning_rate * options_.factor, options_.min_lr);
  return learning_rate - lowered > options_.eps ? lowered : learning_rate;
}

}  // namespace winnow::hf
