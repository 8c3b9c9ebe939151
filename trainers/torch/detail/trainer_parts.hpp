/// What Trainer and the trials of a search share.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/trainer_options.hpp>

namespace winnow::hf {

template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  return catching(errc::trial_failed, body, [](const std::exception& error) { return first_line(error); });
}

/// Null: the place is that of one that trains alone.
Result<std::shared_ptr<Ranks>> join_ranks(const RankPlace& place, const std::string& name,
                                          const TrainingArguments& args);

/// LibTorch's generator is one for all threads: what is drawn for one model isn't drawn in the midst of another.
std::shared_ptr<Model> make_model(const ModelInit& init, const Trial* trial, std::int64_t seed);

}  // namespace winnow::hf
