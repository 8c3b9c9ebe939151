/// When a sweep is to pause because its disk fills up, and when it may go on (docs/semantics.md, "One directory, one
/// sweep"). Pure: the caller measures.
#pragma once

#include <cstdint>

namespace winnow {

class DiskGuard {
public:
  enum class Act {
    none,
    pause,      ///< less than `limit` is free: start nothing more
    resume,     ///< there is room again, a tenth more than `limit`
    interrupt,  ///< less than a quarter of `limit`: the running trials have to end, too
  };

  enum class Most { pause, interrupt };

  /// `limit` in bytes; 0: never acts. `most`: it never does more than that.
  explicit DiskGuard(std::uint64_t limit, Most most = Most::interrupt) : limit_(limit), most_(most) {}

  /// What `free` bytes call for, once for each change.
  Act look(std::uint64_t free) {
    if (limit_ == 0 || interrupted_) return Act::none;
    if (most_ == Most::interrupt && free < limit_ / 4) {
      interrupted_ = true;
      return Act::interrupt;
    }
    if (!low_ && free < limit_) {
      low_ = true;
      return Act::pause;
    }
    if (low_ && free >= limit_ + limit_ / 10) {
      low_ = false;
      return Act::resume;
    }
    return Act::none;
  }

private:
  std::uint64_t limit_;
  Most most_;
  bool low_ = false;
  bool interrupted_ = false;
};

}  // namespace winnow
