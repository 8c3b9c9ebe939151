/// A search by a program that runs in several processes, as `winnow launch` and torchrun start it: rank 0 alone draws
/// trials and decides; the others train what it hands them.
#pragma once

#include <memory>
#include <optional>

#include <winnow/engine/torch/search_call.hpp>
#include <winnow/trainers/hf/search.hpp>
#include <winnow/trainers/rank_place.hpp>

namespace winnow::hf {

/// By the environment (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, as PyTorch's `env://`); none: it runs alone. Fails
/// with `invalid_input` where that makes no sense.
Result<std::optional<RankPlace>> launched_place();

/// On each rank, for its search of that number; every rank gets the result. `trials` make an attempt's trainables,
/// which train together with those of the other ranks.
SearchResult search_in_ranks(const RankPlace& place, std::size_t number, const SearchOptions& options,
                             const SweepSpec& sweep, std::shared_ptr<TrainableFactory> trials);

}  // namespace winnow::hf
