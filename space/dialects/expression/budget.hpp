/// How much may be computed of a file. Not part of the interface.
#pragma once

#include <cstddef>

#include <winnow/space/dialects/expression/cursor.hpp>

namespace winnow::expression {

/// Steps: a part of an expression that is computed, an element of a list, a byte of a text. A million take well under a
/// second, and a space of more values is nobody's.
struct Budget {
  std::size_t left = 1'000'000;

  /// Complains at `offset` if there is no more.
  void spend(std::size_t steps, std::size_t offset) {
    if (steps > left) complain(offset, "this comes to more than a million values or steps; write fewer");
    left -= steps;
  }

  /// Names that stand for names.
  class Deeper {
  public:
    Deeper(Budget& budget, std::size_t offset) : budget_(budget) {
      if (++budget_.names > 50) complain(offset, "more than 50 names stand for one another; write the value itself");
    }
    ~Deeper() { --budget_.names; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

  private:
    Budget& budget_;
  };
  int names = 0;
};

}  // namespace winnow::expression
