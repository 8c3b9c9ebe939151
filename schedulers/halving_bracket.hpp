/// One bracket of synchronous Hyperband: trials that are halved together (schedulers/hyperband.hpp has the rule).
///
/// All members work towards the milestone of the bracket's current rung and wait there; once the last of them has come
/// or left, the best `kept` of those who came go on and the rest is lost: the cut. Equal values: the later trial is
/// the better one, as in Ray Tune. A report costs O(log n), a cut O(n log n) in the bracket's members.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/schedulers/scheduler.hpp>

namespace winnow {

class HalvingBracket {
public:
  struct Level {
    double milestone = 0;  ///< the resource at which members wait
    std::size_t kept = 0;  ///< how many go on from there
  };
  struct Shape {
    std::size_t size = 0;       ///< trials
    std::vector<Level> levels;  ///< lowest first; from the last one the kept run to max_t
  };
  struct Entry {
    double merit = 0;  ///< greater is better
    TrialId trial = 0;
    /// Better entries come first.
    bool operator<(const Entry& other) const {
      return merit != other.merit ? merit > other.merit : trial > other.trial;
    }
  };

  HalvingBracket(Shape shape, Goal goal) : shape_(std::move(shape)), goal_(goal) {}

  /// All trials that it is to have are in it.
  [[nodiscard]] bool full() const { return closed_ || joined_ >= shape_.size; }
  /// Nothing will happen in it any more.
  [[nodiscard]] bool finished() const { return full() && live_ == 0; }

  void join(TrialId trial);
  /// A trial that hasn't joined is judged as a new member.
  [[nodiscard]] Decision judge(double resource, Entry entry) const;
  void record(double resource, Entry entry, const Decision& decision);
  /// The trial has ended; one that failed may come back, with `record`.
  void leave(TrialId trial, bool failed);
  void set_promotable(TrialId trial, bool promotable);
  [[nodiscard]] std::optional<Wish> wish(const Room& room) const;
  /// The trial goes on. Where its rung hasn't been cut yet, it is now, with the members that the bracket has.
  void promoted(TrialId trial);

private:
  enum class Place { running, waiting, kept, lost, away };
  struct Member {
    Place place = Place::running;
    std::size_t rung = 0;  ///< whose milestone it works towards, or waits at
    double resource = 0;
    double merit = 0;  ///< at the last milestone where it waited
    bool promotable = false;
  };

  [[nodiscard]] bool halves() const { return rung_ < shape_.levels.size(); }  ///< there are cuts to come
  [[nodiscard]] bool is_missing(const Member& member) const;
  /// Whether it is among those who are kept of them and the waiting ones.
  [[nodiscard]] bool makes_the_cut(const Entry& entry) const;
  [[nodiscard]] std::string falls_short(const Entry& entry, std::size_t rung) const;
  void settle();
  void cut();

  Shape shape_;
  Goal goal_;
  std::unordered_map<TrialId, Member> members_;
  std::size_t joined_ = 0;
  std::size_t live_ = 0;
  std::size_t missing_ = 0;        ///< live members who haven't come to the current rung's milestone
  bool closed_ = false;            ///< nobody may join any more, though it isn't full
  std::size_t rung_ = 0;           ///< the lowest that wasn't cut
  std::set<Entry> reached_;        ///< who waits there
  std::set<Entry> kept_;           ///< may be promoted now
  std::set<Entry> lost_;           ///< may be dropped now
  std::vector<Entry> worst_kept_;  ///< of each rung that was cut
};

}  // namespace winnow
