#include <torch/optim/adagrad.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <string>
#include <utility>

#include <winnow/trainers/torch/detail/torch_state.hpp>
#include <winnow/trainers/torch/optimizer.hpp>

namespace winnow::hf {
namespace {

using Parameters = std::vector<torch::Tensor>;

struct Groups {
  Parameters decayed{};
  Parameters others{};
};

Groups groups_of(const std::vector<NamedParameter>& parameters) {
  Groups groups;
  for (const NamedParameter& one : parameters) {
    const bool decays = !one.of_layer_norm && one.name.find("bias") == std::string::npos;
    (decays ? groups.decayed : groups.others).push_back(one.tensor);
  }
  return groups;
}

class Wrapped final : public Optimizer {
public:
  explicit Wrapped(std::unique_ptr<torch::optim::Optimizer> torch) : torch_(std::move(torch)) {}
  void step(double learning_rate) override {
    for (auto& group : torch_->param_groups()) group.options().set_lr(learning_rate);
    torch_->step();
  }
  std::map<std::string, torch::Tensor> state() override { return torch_state(*torch_); }
  void set_state(const std::map<std::string, torch::Tensor>& state) override { set_torch_state(*torch_, state); }

private:
  std::unique_ptr<torch::optim::Optimizer> torch_;
};

template <class Torch, class Options>
std::unique_ptr<Optimizer> in_groups(Groups groups, const Options& options, double weight_decay) {
  std::vector<torch::optim::OptimizerParamGroup> all;
  for (auto& [parameters, decay] : {std::pair(&groups.decayed, weight_decay), std::pair(&groups.others, 0.0)}) {
    if (parameters->empty()) continue;
    auto own = std::make_unique<Options>(options);
    own->weight_decay(decay);
    all.emplace_back(std::move(*parameters), std::move(own));
  }
  return torch_optimizer(std::make_unique<Torch>(std::move(all), options));
}

/// Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", ICML 2018, with the learning
/// rate from outside, unscaled, as HF's Trainer takes it (scale_parameter and relative_step off).
class Adafactor final : public Optimizer {
public:
  Adafactor(const Groups& groups, double weight_decay) {
    for (const auto& [parameters, decay] : {std::pair(&groups.decayed, weight_decay), std::pair(&groups.others, 0.0)}) {
      for (const torch::Tensor& parameter : *parameters) states_.push_back({parameter, decay});
    }
  }

  void step(double learning_rate) override {
    const torch::NoGradGuard no_grad;
    ++steps_;
    const double kept = 1 - std::pow(static_cast<double>(steps_), kDecayRate);
    for (State& state : states_) {
      const torch::Tensor grad = state.parameter.grad();
      if (!grad.defined()) continue;
      torch::Tensor update = direction(state, grad, kept);
      update = update / std::max(1.0, rms(update) / kClipThreshold) * learning_rate;
      if (state.weight_decay != 0) state.parameter.mul_(1 - state.weight_decay * learning_rate);
      state.parameter.sub_(update);
    }
  }
  std::map<std::string, torch::Tensor> state() override {
    std::map<std::string, torch::Tensor> all{{"steps", torch::tensor(steps_, torch::kInt64)}};
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::string name = std::to_string(i);
      if (states_[i].rows.defined()) all.emplace("rows" + name, states_[i].rows);
      if (states_[i].columns.defined()) all.emplace("columns" + name, states_[i].columns);
    }
    return all;
  }
  void set_state(const std::map<std::string, torch::Tensor>& state) override {
    steps_ = state.at("steps").item<std::int64_t>();
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::string name = std::to_string(i);
      const torch::Device device = states_[i].parameter.device();
      if (const auto rows = state.find("rows" + name); rows != state.end()) states_[i].rows = rows->second.to(device);
      if (const auto columns = state.find("columns" + name); columns != state.end()) {
        states_[i].columns = columns->second.to(device);
      }
    }
  }

private:
  static constexpr double kDecayRate = -0.8;
  static constexpr double kEpsilon = 1e-30;
  static constexpr double kClipThreshold = 1;

  struct State {
    torch::Tensor parameter;
    double weight_decay = 0;
    torch::Tensor rows{};     ///< mean squares of the rows; of a vector, of each number
    torch::Tensor columns{};  ///< … of the columns
  };

  static double rms(const torch::Tensor& tensor) {
    return tensor.norm(2).item<double>() / std::sqrt(static_cast<double>(tensor.numel()));
  }
  static void average(torch::Tensor& mean, const torch::Tensor& of, double kept) {
    if (!mean.defined()) mean = torch::zeros_like(of);
    mean.mul_(kept).add_(of, 1 - kept);
  }
  /// The gradient over the root of its mean squares.
  static torch::Tensor direction(State& state, const torch::Tensor& grad, double kept) {
    const torch::Tensor squares = grad * grad + kEpsilon;
    if (grad.dim() < 2) {
      average(state.rows, squares, kept);
      return state.rows.rsqrt() * grad;
    }
    average(state.rows, squares.mean(-1), kept);
    average(state.columns, squares.mean(-2), kept);
    const torch::Tensor row_factor = (state.rows / state.rows.mean(-1, true)).rsqrt().unsqueeze(-1);
    return row_factor * state.columns.unsqueeze(-2).rsqrt() * grad;
  }

  std::vector<State> states_;
  std::int64_t steps_ = 0;
};

}  // namespace

std::unique_ptr<Optimizer> torch_optimizer(std::unique_ptr<torch::optim::Optimizer> optimizer) {
  return std::make_unique<Wrapped>(std::move(optimizer));
}

Result<std::unique_ptr<Optimizer>> make_optimizer(const TrainingArguments& arguments,
                                                  const std::vector<NamedParameter>& parameters) {
  Groups groups = groups_of(parameters);
  const double decay = arguments.weight_decay;
  const double rate = arguments.learning_rate;
  const std::string& name = arguments.optim;
  if (name == "adamw_torch") {
    auto options = torch::optim::AdamWOptions(rate);
    options.betas({arguments.adam_beta1, arguments.adam_beta2}).eps(arguments.adam_epsilon);
    return in_groups<torch::optim::AdamW>(std::move(groups), options, decay);
  }
  if (name == "sgd") return in_groups<torch::optim::SGD>(std::move(groups), torch::optim::SGDOptions(rate), decay);
  if (name == "adagrad") {
    return in_groups<torch::optim::Adagrad>(std::move(groups), torch::optim::AdagradOptions(rate), decay);
  }
  if (name == "rmsprop") {
    return in_groups<torch::optim::RMSprop>(std::move(groups), torch::optim::RMSpropOptions(rate), decay);
  }
  if (name == "adafactor") return std::make_unique<Adafactor>(groups, decay);
  return fail(errc::invalid_input,
              "optim: must be one of adamw_torch, adafactor, sgd, adagrad and rmsprop, got '" + name + "'");
}

}  // namespace winnow::hf
