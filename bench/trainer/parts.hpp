/// The parts of bench_trainer: hf::Trainer on the digits, measured. Each answers JSON with every sample;
/// bench/trainer_peers runs them beside the peers and does the statistics.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

#include "net.hpp"

namespace winnow::bench {

struct Settings {
  std::string model = "mlp";  ///< or encoder, wide
  std::int64_t epochs = 10;
  std::int64_t batch_size = 32;
  std::int64_t rounds = 5;
  std::int64_t trials = 20;
  std::int64_t seed = 0;
  int slots = 2;
  std::filesystem::path directory{};  ///< for checkpoints and runs
  int rank = 0;                       ///< of several processes
  int ranks = 1;
  std::filesystem::path store{};  ///< a file, where they meet
};

/// Ends the program with the error's message, if there is one.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "bench_trainer: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A training step by hf::Trainer::train and by a bare loop over LibTorch, taking turns: microseconds a step, of the
/// wall's clock and of the thread's own.
OrderedJson measure_steps(const Digits& digits, const Settings& settings);
/// A step of hf::Trainer::train by several processes, of which this is one: microseconds of the wall's clock, of
/// each step.
OrderedJson measure_ranks(const Digits& digits, const Settings& settings);
/// Trials through hf::trials_of: from `make`, in a thread of its own, to the first step; then evaluations, checkpoints
/// and the hundred steps between them.
OrderedJson measure_trials(const Digits& digits, const Settings& settings);
/// One whole Trainer::hyperparameter_search: begin and end, training steps, and when each objective was seen.
OrderedJson measure_search(const Digits& digits, const Settings& settings);

}  // namespace winnow::bench
