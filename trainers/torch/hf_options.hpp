/// What the trainer `hf` can be told: options of the sweep file's `trainer`.
///
/// | option | takes |
/// | model | a file of torch.jit.save; relative to the sweep file's folder |
/// | data, or train and eval | files of rows (read_rows.hpp) |
/// | test_fraction, pad_token_id | see RowFiles |
/// | device | auto, cpu, cuda, cuda:N |
/// | any TrainingArguments by its name | its value for all trials |
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include <winnow/core/assignment.hpp>
#include <winnow/core/result.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/torch/read_rows.hpp>

namespace winnow::hf {

struct SweepOptions {
  std::filesystem::path model{};
  RowFiles rows{};
  TrainingArguments arguments{};  ///< the fixed ones, the others at their defaults
  std::set<std::string> fixed{};  ///< their names
};

/// Fails with `invalid_input`: unknown names (with a suggestion), arguments that this trainer hasn't, wrong values, no
/// model, no data.
Result<SweepOptions> read_sweep_options(const Value& options, const std::filesystem::path& base);

/// Fails with `invalid_input` for a name that is no training argument, or that the options fix, and for a value that
/// can't be one.
Result<void> check_parameters(const SweepOptions& options, const Assignment& params);

}  // namespace winnow::hf
