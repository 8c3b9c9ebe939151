/// One rung of promoting successive halving: the trials that reached it, best first, and which of them may go on.
///
/// Of the n trials recorded the best ⌊n/η⌋ are the top (Li et al., MLSys 2020, Algorithm 2; equal values: the lower
/// trial number first). A trial of the top that waits is ready. Trials never leave: one that was promoted, or failed
/// since, keeps its place, and nobody moves up in its stead. Everything is O(log n) and `best_ready` O(1).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>

#include <winnow/core/ids.hpp>

namespace winnow {

class PromotionRung {
public:
  struct Entry {
    double merit = 0;  ///< greater is better
    TrialId trial = 0;
    /// Better entries come first.
    bool operator<(const Entry& other) const {
      return merit != other.merit ? merit > other.merit : trial < other.trial;
    }
  };

  PromotionRung(double resource, double reduction_factor) : resource_(resource), reduction_factor_(reduction_factor) {}

  [[nodiscard]] double resource() const { return resource_; }
  [[nodiscard]] std::size_t size() const { return top_.size() + rest_.size(); }

  /// A trial that isn't there yet; its merit is any number but NaN.
  void insert(Entry entry);
  /// The trial is paused and may be promoted, or (false) no longer so.
  void set_waiting(Entry entry, bool waiting);
  [[nodiscard]] std::optional<Entry> best_ready() const;

private:
  using Entries = std::map<Entry, bool>;  ///< to: does it wait?
  void move_best_up();
  void move_worst_down();

  double resource_;
  double reduction_factor_;
  Entries top_;
  Entries rest_;
  std::set<Entry> ready_;  ///< those of the top that wait
};

}  // namespace winnow
