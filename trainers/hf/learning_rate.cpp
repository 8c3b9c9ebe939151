#include <algorithm>
#include <cmath>
#include <numbers>
#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>
#include <winnow/trainers/hf/learning_rate.hpp>

namespace winnow::hf {
namespace {

/// The line from 0 to 1 of the warmup, then what follows, which sees the steps that it needs to.
template <class After>
LearningRateFactor warmed_up(std::int64_t warmup, After after) {
  return [warmup, after](std::int64_t step) -> double {
    if (step >= warmup) return after(step);
    return static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, warmup));
  };
}

/// How much of the steps behind the warmup is over; it passes 1 where training goes on.
auto progress_of(const ScheduleOptions& options) {
  const auto length = static_cast<double>(std::max<std::int64_t>(1, options.training_steps - options.warmup_steps));
  return [length, warmup = options.warmup_steps](std::int64_t step) {
    return static_cast<double>(step - warmup) / length;
  };
}

double half_wave(double x) {
  return std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * x)));
}

using Made = Result<LearningRateFactor>;

Made constant(const ScheduleOptions& /*options*/, OptionReader& /*kwargs*/) {
  return [](std::int64_t /*step*/) { return 1.0; };
}

Made constant_with_warmup(const ScheduleOptions& options, OptionReader& /*kwargs*/) {
  return warmed_up(options.warmup_steps, [](std::int64_t /*step*/) { return 1.0; });
}

Made linear(const ScheduleOptions& options, OptionReader& /*kwargs*/) {
  const auto length = static_cast<double>(std::max<std::int64_t>(1, options.training_steps - options.warmup_steps));
  return warmed_up(options.warmup_steps, [length, end = options.training_steps](std::int64_t step) {
    return std::max(0.0, static_cast<double>(end - step) / length);
  });
}

Made cosine(const ScheduleOptions& options, OptionReader& kwargs) {
  const double cycles = kwargs.number("num_cycles").value_or(0.5);
  return warmed_up(options.warmup_steps, [cycles, progress = progress_of(options)](std::int64_t step) {
    return half_wave(cycles * 2.0 * progress(step));
  });
}

Made cosine_with_restarts(const ScheduleOptions& options, OptionReader& kwargs) {
  const double cycles = kwargs.number("num_cycles").value_or(1);
  if (cycles < 0) return invalid_option("num_cycles", "must be at least 0, got " + format_double(cycles));
  return warmed_up(options.warmup_steps, [cycles, progress = progress_of(options)](std::int64_t step) {
    const double done = progress(step);
    return done >= 1.0 ? 0.0 : half_wave(std::fmod(cycles * done, 1.0));
  });
}

Made polynomial(const ScheduleOptions& options, OptionReader& kwargs) {
  const double end = kwargs.number("lr_end").value_or(1e-7);
  const double power = kwargs.number("power").value_or(1.0);
  const double start = options.learning_rate;
  if (!(start > end)) {
    return invalid_option("lr_end",
                          "must be below the learning rate (" + format_double(start) + "), got " + format_double(end));
  }
  return warmed_up(options.warmup_steps,
                   [=, warmup = options.warmup_steps, steps = options.training_steps](std::int64_t step) {
                     if (step > steps || steps == warmup) return end / start;
                     const double left = 1 - static_cast<double>(step - warmup) / static_cast<double>(steps - warmup);
                     return ((start - end) * std::pow(left, power) + end) / start;
                   });
}

Made inverse_sqrt(const ScheduleOptions& options, OptionReader& kwargs) {
  const auto standard = static_cast<double>(options.warmup_steps > 0 ? options.warmup_steps : 10'000);
  const double timescale = kwargs.number("timescale").value_or(standard);
  if (timescale <= 0) return invalid_option("timescale", "must be greater than 0, got " + format_double(timescale));
  const double shift = timescale - static_cast<double>(options.warmup_steps);
  return warmed_up(options.warmup_steps, [timescale, shift](std::int64_t step) {
    return 1.0 / std::sqrt((static_cast<double>(step) + shift) / timescale);
  });
}

struct Schedule {
  const char* name;
  Made (*make)(const ScheduleOptions& options, OptionReader& kwargs);
  bool takes_any_kwargs = false;
};

constexpr Schedule kSchedules[] = {
    {"linear", linear},
    {"cosine", cosine},
    {"cosine_with_restarts", cosine_with_restarts},
    {"polynomial", polynomial},
    {"constant", constant, true},
    {"constant_with_warmup", constant_with_warmup, true},
    {"inverse_sqrt", inverse_sqrt},
};

tl::unexpected<Error> unknown_schedule(const std::string& type) {
  std::vector<std::string> names;
  std::string listed;
  for (const Schedule& schedule : kSchedules) {
    names.emplace_back(schedule.name);
    listed += (listed.empty() ? "" : ", ") + names.back();
  }
  return fail(errc::invalid_input, "lr_scheduler_type: '" + type + "' is no schedule of steps; there are: " + listed +
                                       did_you_mean(type, names));
}

/// Its name stands after that of the argument which holds it.
tl::unexpected<Error> schedule_error(const Error& error) {
  return fail(errc::invalid_input, "lr_scheduler_kwargs." + error.message);
}

}  // namespace

Result<LearningRateFactor> learning_rate_factor(const ScheduleOptions& options) {
  for (const Schedule& schedule : kSchedules) {
    if (options.type != schedule.name) continue;
    OptionReader kwargs("lr_scheduler_type " + options.type, options.kwargs);
    auto made = schedule.make(options, kwargs);
    if (schedule.takes_any_kwargs) return made;
    if (const auto read = kwargs.finish(); !read) return schedule_error(read.error());
    if (!made) return schedule_error(made.error());
    return made;
  }
  return unknown_schedule(options.type);
}

}  // namespace winnow::hf
