#include <torch/utils.h>

#include <mutex>
#include <stdexcept>
#include <utility>

#include <winnow/trainers/torch/detail/trainer_parts.hpp>

namespace winnow::hf {

std::shared_ptr<Model> make_model(const ModelInit& init, const Trial* trial, std::int64_t seed) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  torch::manual_seed(static_cast<std::uint64_t>(seed));
  auto model = init(trial);
  if (model == nullptr) throw std::invalid_argument("model_init gave no model");
  return model;
}

Result<std::shared_ptr<Ranks>> join_ranks(const RankPlace& place, const std::string& name,
                                          const TrainingArguments& args) {
  if (place.size == 1) return nullptr;
  return Ranks::join(place, name, training_device(args));
}

}  // namespace winnow::hf
