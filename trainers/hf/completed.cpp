// What TrainingArguments' __post_init__ does in transformers 4.37.2.
#include <cmath>
#include <string>
#include <winnow/trainers/hf/detail/argument_fields.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>

namespace winnow::hf {
namespace {

tl::unexpected<Error> contradiction(const std::string& what) {
  return fail(errc::invalid_input, what);
}

Result<void> check_values(const TrainingArguments& arguments) {
  TrainingArguments read_back;
  for (const Field& field : argument_fields()) {
    if (auto read = hf::read(read_back, field, write(arguments, field)); !read) return read;
  }
  return {};
}

Result<void> check_whole(const std::string& strategy, const char* name, double steps) {
  if (strategy != "steps" || steps <= 1 || steps == std::floor(steps)) return {};
  return contradiction(std::string(name) + ": must be a share of all steps below 1 or a whole number, got " +
                       format_double(steps));
}

Result<void> derive_steps(TrainingArguments& arguments) {
  const bool evaluates = arguments.evaluation_strategy == "steps";
  if (evaluates && arguments.eval_steps.value_or(0) == 0) {
    if (arguments.logging_steps == 0) {
      return contradiction("eval_steps: evaluation_strategy \"steps\" needs eval_steps or logging_steps above 0");
    }
    arguments.eval_steps = arguments.logging_steps;
  }
  if (arguments.logging_strategy == "steps" && arguments.logging_steps == 0) {
    return contradiction("logging_steps: logging_strategy \"steps\" needs logging_steps above 0");
  }
  if (auto good = check_whole(arguments.logging_strategy, "logging_steps", arguments.logging_steps); !good) return good;
  if (auto good = check_whole(arguments.evaluation_strategy, "eval_steps", arguments.eval_steps.value_or(0)); !good) {
    return good;
  }
  return check_whole(arguments.save_strategy, "save_steps", arguments.save_steps);
}

/// Saving falls on every nth evaluation. Shares are compared as they are meant: 0.3 is three times 0.1.
bool is_multiple(double save_steps, double eval_steps) {
  if (std::fmod(save_steps, eval_steps) == 0) return true;
  if (save_steps >= 1 || eval_steps >= 1) return false;
  const double times = save_steps / eval_steps;
  return times > 0.5 && std::abs(times - std::round(times)) < 1e-9 * times;
}

Result<void> check_best_model(const TrainingArguments& arguments) {
  if (!arguments.load_best_model_at_end) return {};
  if (arguments.evaluation_strategy != arguments.save_strategy) {
    return contradiction("load_best_model_at_end: evaluation_strategy and save_strategy must be the same, got \"" +
                         arguments.evaluation_strategy + "\" and \"" + arguments.save_strategy + '"');
  }
  if (arguments.evaluation_strategy != "steps" || is_multiple(arguments.save_steps, *arguments.eval_steps)) return {};
  return contradiction("load_best_model_at_end: save_steps must be a multiple of eval_steps, got " +
                       format_double(arguments.save_steps) + " and " + format_double(*arguments.eval_steps));
}

void derive_metric(TrainingArguments& arguments) {
  const bool needs_metric = arguments.load_best_model_at_end || arguments.lr_scheduler_type == "reduce_lr_on_plateau";
  if (needs_metric && !arguments.metric_for_best_model) arguments.metric_for_best_model = "loss";
  if (arguments.metric_for_best_model && !arguments.greater_is_better) {
    const std::string& metric = *arguments.metric_for_best_model;
    arguments.greater_is_better = metric != "loss" && metric != "eval_loss";
  }
}

void derive_device(TrainingArguments& arguments) {
  arguments.use_cpu = arguments.use_cpu || arguments.no_cuda || arguments.device == "cpu";
  if (arguments.use_cpu) arguments.device = "cpu";
}

}  // namespace

Result<TrainingArguments> completed(TrainingArguments arguments) {
  if (auto good = check_values(arguments); !good) return fail(good.error());
  if (arguments.evaluation_strategy != "no") arguments.do_eval = true;
  if (auto good = derive_steps(arguments); !good) return fail(good.error());
  if (auto good = check_best_model(arguments); !good) return fail(good.error());
  derive_metric(arguments);
  if (!arguments.run_name) arguments.run_name = arguments.output_dir;
  if (arguments.lr_scheduler_type == "reduce_lr_on_plateau" && arguments.evaluation_strategy == "no") {
    return contradiction("lr_scheduler_type: reduce_lr_on_plateau needs an evaluation_strategy");
  }
  if (arguments.adafactor) arguments.optim = "adafactor";
  if (!arguments.disable_tqdm) arguments.disable_tqdm = false;
  derive_device(arguments);
  return arguments;
}

}  // namespace winnow::hf
