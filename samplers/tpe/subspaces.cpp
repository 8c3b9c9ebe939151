#include <winnow/samplers/tpe/subspaces.hpp>

#include <algorithm>
#include <utility>

namespace winnow::tpe {

Subspaces::Subspaces(Together together, std::size_t count, std::vector<std::size_t> constrained)
    : together_(together), seen_(count, false) {
  std::sort(constrained.begin(), constrained.end());
  if (!constrained.empty()) sets_.push_back(constrained);
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::binary_search(constrained.begin(), constrained.end(), i)) sets_.push_back({i});
  }
}

bool Subspaces::add(const std::vector<bool>& present) {
  if (together_ == Together::none) return false;
  Sets next = together_ == Together::joint ? joint(present) : grouped(present);
  for (std::size_t i = 0; i < present.size(); ++i) seen_[i] = seen_[i] || present[i];
  any_ = true;
  if (next == sets_) return false;
  sets_ = std::move(next);
  return true;
}

/// The first set is the joint one.
Subspaces::Sets Subspaces::joint(const std::vector<bool>& present) const {
  std::vector<std::size_t> all;
  Sets next;
  for (std::size_t i = 0; i < present.size(); ++i) {
    const bool so_far = !any_ || std::binary_search(sets_.front().begin(), sets_.front().end(), i);
    if (so_far && present[i]) {
      all.push_back(i);
    } else {
      next.push_back({i});
    }
  }
  next.insert(next.begin(), std::move(all));
  return next;
}

Subspaces::Sets Subspaces::grouped(const std::vector<bool>& present) const {
  Sets next;
  std::vector<std::size_t> first_seen;
  for (const std::vector<std::size_t>& set : sets_) {
    std::vector<std::size_t> with;
    std::vector<std::size_t> without;
    for (const std::size_t i : set) {
      if (!present[i]) {
        without.push_back(i);
      } else {
        (seen_[i] ? with : first_seen).push_back(i);
      }
    }
    for (auto* part : {&with, &without}) {
      if (!part->empty()) next.push_back(std::move(*part));
    }
  }
  if (!first_seen.empty()) {
    std::sort(first_seen.begin(), first_seen.end());
    next.push_back(std::move(first_seen));
  }
  return next;
}

}  // namespace winnow::tpe
