/// What the trainer `classifier` can be told: options of the sweep file's `trainer`, and hyperparameters, which come
/// from the trial's assignment or, fixed for all trials, from the options.
///
/// | hyperparameter | takes | default |
/// | learning_rate | > 0 | 0.001 |
/// | hidden | 1 to 65536: width of each hidden layer | 64 |
/// | layers | 0 to 100: hidden layers; 0 is multinomial logistic regression | 1 |
/// | dropout | [0, 1): after each hidden layer | 0 |
/// | weight_decay | >= 0: L2 for sgd and adam, decoupled for adamw | 0 |
/// | batch_size | >= 1 | 32 |
/// | optimizer | sgd, adam, adamw | adam |
/// | momentum | [0, 1): of sgd; the others don't look at it | 0.9 |
/// | activation | relu, tanh, gelu, silu | relu |
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <winnow/core/assignment.hpp>
#include <winnow/core/result.hpp>
#include <winnow/trainers/torch/dataset.hpp>

namespace winnow {

enum class OptimizerKind { sgd, adam, adamw };
enum class Activation { relu, tanh, gelu, silu };

std::string to_string(OptimizerKind kind);

struct Hyperparameters {
  double learning_rate = 1e-3;
  std::int64_t hidden = 64;
  std::int64_t layers = 1;
  double dropout = 0;
  double weight_decay = 0;
  std::int64_t batch_size = 32;
  OptimizerKind optimizer = OptimizerKind::adam;
  double momentum = 0.9;
  Activation activation = Activation::relu;
  bool operator==(const Hyperparameters&) const = default;
};

struct ClassifierOptions {
  std::filesystem::path data;  ///< required; relative to the sweep file's folder
  DatasetOptions dataset;      ///< test_fraction in (0, 1), standardize
  std::int64_t epochs = 27;    ///< >= 1
  std::string device = "cpu";  ///< cpu | auto (cuda where there is one) | cuda | cuda:N
  Value fixed;                 ///< an object: the hyperparameters that the options fix
};

/// Fails with `invalid_input`: unknown names (with a suggestion), wrong types, values out of range, no `data`.
Result<ClassifierOptions> read_classifier_options(const Value& options, const std::filesystem::path& base);

/// The fixed ones and the trial's. Fails with `invalid_input` as above, and for a name that is in both.
Result<Hyperparameters> read_hyperparameters(const Value& fixed, const Assignment& params);

}  // namespace winnow
