#include <cmath>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <numbers>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/landscape.hpp>

namespace winnow {
namespace {

using std::numbers::pi;

constexpr std::string_view kFormat = "winnow.landscape";
const std::vector<std::string> kOptions{"function", "steps", "delay", "metric"};
const std::vector<std::string> kFunctions{"branin", "rosenbrock", "learning_curve"};
const std::vector<std::string> kBranin{"x1", "x2"};
const std::vector<std::string> kCurve{"asymptote", "rate", "scale", "noise"};

struct Options {
  std::string function;
  Step steps = 27;
  double delay = 0;
  std::string metric = "loss";
};

double branin(double x1, double x2) {
  const double bowl = x2 - 5.1 / (4 * pi * pi) * x1 * x1 + 5 / pi * x1 - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * pi)) * std::cos(x1) + 10;
}

double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double valley = x[i + 1] - x[i] * x[i];
    sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
  }
  return sum;
}

/// Box and Muller (1958); a stream of its own for every step. The trial's number doesn't count: trained again as
/// another sweep's trial, it has the same noise.
double standard_normal(const TrialContext& trial, Step step) {
  Rng rng = keyed_rng(trial.seed, 0, "landscape/noise/" + std::to_string(step));
  const double radius = std::sqrt(-2 * std::log(1 - uniform01(rng)));
  return radius * std::cos(2 * pi * uniform01(rng));
}

/// `point` holds the function's parameters in the order of its documentation.
double value_at(const std::string& function, std::span<const double> point, const TrialContext& trial, Step step) {
  if (function == "branin") return branin(point[0], point[1]);
  if (function == "rosenbrock") return rosenbrock(point);
  const double curve = point[0] + point[2] * std::pow(static_cast<double>(step), -point[1]);
  return point[3] > 0 ? curve + point[3] * standard_normal(trial, step) : curve;
}

/// rosenbrock takes as many as there are, at least two.
std::vector<std::string> parameter_names(const std::string& function, std::size_t given) {
  if (function == "branin") return kBranin;
  if (function == "learning_curve") return kCurve;
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= std::max<std::size_t>(2, given); ++i) names.emplace_back("x").append(std::to_string(i));
  return names;
}

std::optional<double> default_of(std::string_view parameter) {
  if (parameter == "scale") return 1.0;
  if (parameter == "noise") return 0.0;
  return std::nullopt;
}

fields::Range range_of(std::string_view parameter) {
  if (parameter == "rate") return {.low = 0, .open_low = true};
  if (parameter == "noise") return {.low = 0};
  return {};
}

Result<std::vector<double>> read_point(const std::string& function, const Assignment& params) {
  const std::vector<std::string> known = parameter_names(function, params.entries().size());
  const std::string owner = "landscape " + function;
  for (const auto& [name, value] : params.entries()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return fields::unknown_name(owner, "parameter", name, known);
    }
  }
  std::vector<double> point;
  for (const std::string& name : known) {
    const Value* value = params.find(name);
    if (value == nullptr && default_of(name)) {
      point.push_back(*default_of(name));
      continue;
    }
    if (value == nullptr) {
      return fail(errc::invalid_input,
                  owner + ": no parameter '" + name + "'; the function takes " + fields::listed(known));
    }
    const auto number = fields::number(owner + ": parameter " + name, *value, range_of(name));
    if (!number) return fail(number.error());
    point.push_back(*number);
  }
  return point;
}

class Landscape final : public Trainable {
public:
  Landscape(Options options, TrialContext context, std::vector<double> point)
      : options_(std::move(options)), context_(std::move(context)), point_(std::move(point)) {}

  Result<Progress> advance() override {
    if (!sleep()) return fail(errc::cancelled, "the trial was cancelled");
    if (step_ >= options_.steps) return Finished{};
    ++step_;
    return StepReport{step_, {{options_.metric, value_at(options_.function, point_, context_, step_)}}};
  }
  Result<void> save(const std::filesystem::path& file) override {
    std::ofstream out(file, std::ios::trunc);
    out << OrderedJson{{"format", kFormat}, {"version", 1}, {"function", options_.function}, {"step", step_}} << '\n';
    if (!out.flush()) return fail(errc::io, file.string() + ": can't write the checkpoint");
    return {};
  }
  Result<void> restore(const std::filesystem::path& file) override {
    std::ifstream in(file);
    if (!in) return fail(errc::io, file.string() + ": can't read the checkpoint");
    const Value saved = Value::parse(in, nullptr, false);
    if (!saved.is_object() || saved.value("format", Value()) != kFormat || saved.value("version", Value()) != 1 ||
        !saved.value("step", Value()).is_number_integer() || saved["step"] < 0) {
      return fail(errc::corrupt, file.string() + ": no checkpoint of a landscape trial");
    }
    if (saved.value("function", Value()) != options_.function) {
      return fail(errc::invalid_input, file.string() + ": checkpoint of function " +
                                           fields::shown(saved.value("function", Value())) + ", this trial has " +
                                           options_.function);
    }
    step_ = saved["step"].get<Step>();
    return {};
  }
  [[nodiscard]] bool can_save() const override { return true; }
  void cancel() noexcept override {
    const std::scoped_lock lock(mutex_);
    cancelled_ = true;
    woken_.notify_all();
  }

private:
  /// False if it was cut short. The step after the last one takes no time.
  bool sleep() {
    std::unique_lock lock(mutex_);
    if (options_.delay > 0 && step_ < options_.steps) {
      woken_.wait_for(lock, std::chrono::duration<double>(options_.delay), [this] { return cancelled_; });
    }
    return !cancelled_;
  }

  const Options options_;
  const TrialContext context_;
  const std::vector<double> point_;
  Step step_ = 0;  ///< steps done: all the state there is
  std::mutex mutex_;
  std::condition_variable woken_;
  bool cancelled_ = false;
};

class LandscapeFactory final : public TrainableFactory {
public:
  explicit LandscapeFactory(Options options) : options_(std::move(options)) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    auto point = read_point(options_.function, context.params);
    if (!point) return fail(point.error());
    return std::make_unique<Landscape>(options_, context, std::move(*point));
  }
  [[nodiscard]] Placement placement() const override {
    return options_.delay > 0 ? Placement::own_thread : Placement::inline_slice;
  }

private:
  const Options options_;
};

Result<Options> read_options(const Value& given) {
  Options options;
  if (!given.is_object() || !given.contains("function")) {
    return fail(errc::invalid_input, "trainer.function: missing; must be one of " + fields::listed(kFunctions));
  }
  for (const auto& [name, value] : given.items()) {
    const std::string where = "trainer." + name;
    Result<void> read;
    const auto take = [&read](auto parsed, auto store) {
      if (parsed) return store(*parsed);
      read = fail(parsed.error());
    };
    if (name == "function") {
      take(fields::word(where, value, kFunctions), [&](const std::string& word) { options.function = word; });
    } else if (name == "steps") {
      take(fields::number(where, value, {.low = 1, .high = 1e15, .integer = true}),
           [&](double steps) { options.steps = static_cast<Step>(steps); });
    } else if (name == "delay") {
      take(fields::number(where, value, {.low = 0, .high = 1e6}), [&](double delay) { options.delay = delay; });
    } else if (name != "metric") {
      return fields::unknown_name("trainer landscape", "option", name, kOptions);
    } else if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      return fail(errc::invalid_input, where + ": must be a name, got " + fields::shown(value));
    } else {
      options.metric = value.get<std::string>();
    }
    if (!read) return fail(read.error());
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<TrainableFactory>> make_landscape(const std::string&, const Value& options,
                                                         const std::filesystem::path&) {
  auto read = read_options(options);
  if (!read) return fail(read.error());
  return std::make_unique<LandscapeFactory>(std::move(*read));
}

}  // namespace winnow
