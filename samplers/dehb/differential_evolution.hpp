/// Differential evolution's mutation and crossover (Storn and Price, "Differential Evolution: A Simple and Efficient
/// Heuristic for Global Optimization over Continuous Spaces", J. Global Optimization 11, 1997: rand/1/bin), as DEHB's
/// package 0.1.2 has them.
#pragma once

#include <vector>

#include <winnow/samplers/dehb/populations.hpp>
#include <winnow/samplers/evolution/chance.hpp>

namespace winnow::dehb {

struct Evolution {
  double mutation_factor = 0.5;  ///< F, above 0
  double crossover_prob = 0.5;   ///< 0 to 1
};

/// r1 + F·(r2 − r3), three different ones of the pool without the target; random points come in where there are fewer.
Point mutant(std::vector<Point> pool, const Point& target, double factor, evolution::Chance& chance);

/// Each coordinate is the mutant's with this probability, at least one, the others are the target's.
Point crossed(const Point& target, const Point& mutant, double probability, evolution::Chance& chance);

/// A rival of the target, in [0, 1]^d: a coordinate outside is drawn anew. A pool of fewer than three is filled up with
/// mutants of `all`.
Point rival(const Point& target, std::vector<Point> pool, const std::vector<Point>& all, const Evolution& options,
            evolution::Chance& chance);

}  // namespace winnow::dehb
