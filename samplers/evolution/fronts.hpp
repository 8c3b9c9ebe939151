/// What both selections share: front by front until one doesn't fit.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <winnow/samplers/evolution/selection.hpp>

namespace winnow::evolution {

/// Those who survive for sure, and the front of which only some (or, if it just fits, all) do.
struct Survivors {
  std::vector<std::size_t> sure;
  std::vector<std::size_t> last;
};

inline Survivors survivors(const std::vector<Fitness>& pool, std::size_t size) {
  std::vector<Losses> losses;
  std::vector<double> penalties;
  for (const Fitness& one : pool) {
    losses.push_back(one.losses);
    penalties.push_back(one.penalty);
  }
  const auto ranks = non_domination_ranks(losses, penalties);
  std::vector<std::vector<std::size_t>> fronts;
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const auto rank = static_cast<std::size_t>(ranks[i]);
    if (fronts.size() <= rank) fronts.resize(rank + 1);
    fronts[rank].push_back(i);
  }
  Survivors found;
  for (auto& front : fronts) {
    if (found.sure.size() + front.size() >= size) {
      found.last = std::move(front);
      break;
    }
    found.sure.insert(found.sure.end(), front.begin(), front.end());
  }
  return found;
}

}  // namespace winnow::evolution
