/// The built-in trainer `landscape`: functions that stand in for training, to try schedulers and samplers out without
/// data or LibTorch. Every trial reports `metric` (default `loss`; smaller is better) at steps 1 to `steps`.
///
/// - `branin`: x1 (usually -5 to 10), x2 (0 to 15). (x2 - 5.1 x1²/(4π²) + 5 x1/π - 6)² + 10 (1 - 1/(8π)) cos x1 + 10 at
///   every step; least 0.397887, at (-π, 12.275), (π, 2.275) and (9.42478, 2.475).
/// - `rosenbrock`: x1, x2, … xn with n >= 2. Σ 100 (x(i+1) - xi²)² + (1 - xi)² at every step; least 0, at (1, …, 1).
/// - `learning_curve`: asymptote, rate > 0; optional scale (1) and noise >= 0 (0). At step s: asymptote +
///   scale · s^(-rate) + noise · N(0, 1), the normal draw keyed by (trial's seed, step), whatever ran before.
///
/// Sources. Branin: F. H. Branin, "Widely convergent method for finding multiple solutions of simultaneous nonlinear
/// equations", IBM J. Res. Dev. 16 (1972), in the form of Dixon and Szegö (1978). Rosenbrock: "An automatic method for
/// finding the greatest or least value of a function", Computer J. 3 (1960), summed over neighbours. The power law of
/// learning curves ("pow3"): Domhan, Springenberg, Hutter, "Speeding up automatic hyperparameter optimization of deep
/// neural networks by extrapolation of learning curves", IJCAI 2015, table 1.
///
/// Options: function (required), steps >= 1 (27), delay: seconds of sleep in each step >= 0 (0), metric (loss).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// A TrainerMaker. The factory's `make` fails with `invalid_input` for parameters that are missing, unknown or no
/// numbers. Slices are inline without a delay, else each trial has a thread of its own and can be cancelled in a sleep.
Result<std::unique_ptr<TrainableFactory>> make_landscape(const std::string& type, const Value& options,
                                                         const std::filesystem::path& base);

}  // namespace winnow
