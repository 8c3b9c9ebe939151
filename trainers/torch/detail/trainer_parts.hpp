/// What Trainer and the trials of a search share.
#pragma once

#include <exception>
#include <memory>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/trainer_options.hpp>

namespace winnow::hf {

template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  return catching(errc::trial_failed, body, [](const std::exception& error) { return first_line(error); });
}

/// LibTorch's generator is one for all threads: what is drawn for one model isn't drawn in the midst of another.
std::shared_ptr<Model> make_model(const ModelInit& init, const Trial* trial, std::int64_t seed);

}  // namespace winnow::hf
