/// A space in the terms of W&B itself, without Winnow's additions to its format.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::wandb {
namespace {

/// Longer lists of values are no help to anyone.
constexpr std::size_t kMostValues = 1000;

/// The domain with the same distribution that W&B has a name for, or why there is none.
class Plain {
public:
  explicit Plain(std::string name, std::vector<std::string>& notes) : name_(std::move(name)), notes_(notes) {}

  std::optional<Domain> operator()(const Constant& domain) const { return domain; }

  std::optional<Domain> operator()(const Categorical& domain) const {
    if (domain.weights.empty()) return domain;
    // Probabilities are weights with the sum 1.
    Categorical plain = domain;
    double sum = 0;
    for (const double weight : domain.weights) sum += weight;
    for (double& weight : plain.weights) weight /= sum;
    return plain;
  }

  std::optional<Domain> operator()(const Integer& domain) const {
    if (!domain.log) return domain.step == 1 ? domain : as_values(domain);
    if (domain.floor) return nothing("W&B has no log-uniform integers that are rounded down");
    const auto step = static_cast<double>(domain.step);
    const auto last = static_cast<double>(domain.high - (domain.high - domain.low) % domain.step);
    if (domain.low % domain.step != 0) return nothing("W&B rounds to multiples of q, and these are none");
    note("written as a quantised log-uniform whose bounds are half a step wider: the same distribution");
    return Float{.law = Law::log_uniform,
                 .a = static_cast<double>(domain.low) - step / 2,
                 .b = last + step / 2,
                 .q = step,
                 .integral = true};
  }

  std::optional<Domain> operator()(const Float& domain) const {
    if (domain.range) return nothing("W&B has no distribution that is cut off or stretched to bounds");
    if (domain.clip) {
      note("W&B doesn't pull rounded values back to the bounds");
      Float plain = domain;
      plain.clip = false;
      return plain;
    }
    if (!domain.step) return domain;
    if (domain.law == Law::uniform) return as_values(domain);
    return nothing("W&B has no log-uniform in steps");
  }

  std::optional<Domain> operator()(const Computed& domain) const {
    return nothing("is computed by the function " + domain.function + " of a program");
  }

private:
  [[nodiscard]] std::optional<Domain> as_values(const Domain& domain) const {
    auto points = grid_points(domain);
    if (!points || points->size() > kMostValues) return nothing("W&B has no steps, and these are too many for a list");
    note("its steps are written as a list of values");
    return Categorical{std::move(*points), {}};
  }

  [[nodiscard]] std::optional<Domain> nothing(const std::string& why) const {
    note(why + ": left out");
    return std::nullopt;
  }

  void note(const std::string& what) const { notes_.push_back(name_ + ": " + what); }

  std::string name_;
  std::vector<std::string>& notes_;
};

}  // namespace

PrintedSpace print(const Space& space) {
  PrintedSpace printed{OrderedJson::object(), {}};
  for (const Parameter& parameter : space.parameters()) {
    const std::string name = parameter.name();
    const auto domain = std::visit(Plain(name, printed.notes), parameter.domain);
    if (!domain) continue;
    if (parameter.grid && !std::holds_alternative<Constant>(*domain)) {
      printed.notes.push_back(name + ": W&B has no grid mark; method: grid crosses all parameters");
    }
    for (const Condition& condition : parameter.conditions) {
      printed.notes.push_back(
          fmt::format("{}: W&B has no conditions; it is drawn whatever {} is", name, condition.parent));
    }
    place(printed.json, parameter.path) = to_json(Parameter{.path = parameter.path, .domain = *domain});
  }
  if (!space.constraints().empty()) {
    printed.notes.emplace_back("linear_constraints: W&B has none; points that break them are drawn too");
  }
  return printed;
}

}  // namespace winnow::wandb
