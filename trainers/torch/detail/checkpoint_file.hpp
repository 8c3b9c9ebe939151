/// A training's state in one file, as `torch.save` writes a dictionary: `torch.load(file)` in Python gives it.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

using TensorDict = std::map<std::string, torch::Tensor>;

struct CheckpointParts {
  OrderedJson about{};  ///< in the file: a JSON text
  TensorDict model{};   ///< a state dict: parameters and buffers by name
  TensorDict optimizer{};
  TensorDict training{};  ///< generators, the order of rows, …
};

/// Fails with `io`.
Result<void> write_checkpoint(const std::filesystem::path& file, const CheckpointParts& parts);
/// Fails with `io`, and with `corrupt` (`no whole checkpoint of WHOSE`).
Result<CheckpointParts> read_checkpoint(const std::filesystem::path& file, const std::string& whose);

}  // namespace winnow
