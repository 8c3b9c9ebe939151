#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <memory>
#include <sstream>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <winnow/trainers/torch/detail/torch_state.hpp>

namespace winnow::hf {
namespace {

using State = torch::optim::OptimizerParamState;

std::unique_ptr<State> new_state(const torch::optim::Optimizer& optimizer) {
  if (dynamic_cast<const torch::optim::Adam*>(&optimizer)) return std::make_unique<torch::optim::AdamParamState>();
  if (dynamic_cast<const torch::optim::AdamW*>(&optimizer)) return std::make_unique<torch::optim::AdamWParamState>();
  if (dynamic_cast<const torch::optim::SGD*>(&optimizer)) return std::make_unique<torch::optim::SGDParamState>();
  if (dynamic_cast<const torch::optim::Adagrad*>(&optimizer))
    return std::make_unique<torch::optim::AdagradParamState>();
  if (dynamic_cast<const torch::optim::RMSprop*>(&optimizer))
    return std::make_unique<torch::optim::RMSpropParamState>();
  throw std::invalid_argument(
      "checkpoints know LibTorch's Adam, AdamW, SGD, Adagrad and RMSprop, and no other optimizer");
}

template <class Moments, class Each>
void visit_moments(Moments& state, Each&& each) {
  each("step", state.step());
  each("exp_avg", state.exp_avg());
  each("exp_avg_sq", state.exp_avg_sq());
  each("max_exp_avg_sq", state.max_exp_avg_sq());
}

/// `each` takes a name, and a tensor or a number of steps.
template <class Each>
void visit(State& state, Each&& each) {
  if (auto* adam = dynamic_cast<torch::optim::AdamParamState*>(&state)) return visit_moments(*adam, each);
  if (auto* adamw = dynamic_cast<torch::optim::AdamWParamState*>(&state)) return visit_moments(*adamw, each);
  if (auto* sgd = dynamic_cast<torch::optim::SGDParamState*>(&state)) {
    each("momentum_buffer", sgd->momentum_buffer());
  } else if (auto* adagrad = dynamic_cast<torch::optim::AdagradParamState*>(&state)) {
    each("step", adagrad->step());
    each("sum", adagrad->sum());
  } else if (auto* rmsprop = dynamic_cast<torch::optim::RMSpropParamState*>(&state)) {
    each("step", rmsprop->step());
    each("square_avg", rmsprop->square_avg());
    each("momentum_buffer", rmsprop->momentum_buffer());
    each("grad_avg", rmsprop->grad_avg());
  }
}

/// LibTorch 1 has the address of a parameter as a text, LibTorch 2 as it is.
template <class Key>
Key key_of(const torch::Tensor& parameter) {
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << parameter.unsafeGetTensorImpl();
    return text.str();
  } else {
    return parameter.unsafeGetTensorImpl();
  }
}

/// `each(number, states, key, parameter)`.
template <class Each>
void for_each_parameter(torch::optim::Optimizer& optimizer, Each&& each) {
  auto& states = optimizer.state();
  using Key = typename std::decay_t<decltype(states)>::key_type;
  std::size_t number = 0;
  for (const auto& group : optimizer.param_groups()) {
    for (const torch::Tensor& parameter : group.params()) {
      each("." + std::to_string(number++), states, key_of<Key>(parameter), parameter);
    }
  }
}

}  // namespace

std::map<std::string, torch::Tensor> torch_state(torch::optim::Optimizer& optimizer) {
  (void)new_state(optimizer);  // one that can't be restored isn't saved
  std::map<std::string, torch::Tensor> all;
  for_each_parameter(optimizer, [&](const std::string& number, auto& states, const auto& key, const torch::Tensor&) {
    const auto found = states.find(key);
    if (found == states.end()) return;  // it had no gradient yet
    visit(*found->second, [&](const std::string& name, auto& part) {
      if constexpr (std::is_same_v<std::decay_t<decltype(part)>, torch::Tensor>) {
        if (part.defined()) all.emplace(name + number, part);
      } else {
        all.emplace(name + number, torch::tensor(part, torch::kInt64));
      }
    });
  });
  return all;
}

void set_torch_state(torch::optim::Optimizer& optimizer, const std::map<std::string, torch::Tensor>& state) {
  std::size_t taken = 0;
  for_each_parameter(optimizer,
                     [&](const std::string& number, auto& states, const auto& key, const torch::Tensor& parameter) {
                       auto fresh = new_state(optimizer);
                       bool any = false;
                       visit(*fresh, [&](const std::string& name, auto& part) {
                         const auto found = state.find(name + number);
                         if (found == state.end()) return;
                         any = true;
                         ++taken;
                         if constexpr (std::is_same_v<std::decay_t<decltype(part)>, torch::Tensor>) {
                           part = found->second.to(parameter.device());
                         } else {
                           part = found->second.item<std::int64_t>();
                         }
                       });
                       if (any) states[key] = std::move(fresh);
                     });
  if (taken != state.size()) throw std::invalid_argument("the optimizer's state is of another kind of optimizer");
}

}  // namespace winnow::hf
