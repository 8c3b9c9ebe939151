/// A training's checkpoint folders in its output_dir: `checkpoint-STEP`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace winnow::hf {

inline std::filesystem::path checkpoint_folder(const std::filesystem::path& root, std::int64_t step) {
  return root / ("checkpoint-" + std::to_string(step));
}

/// save_total_limit: the oldest go, but never the best; beside that one the latest stays, to go on from (transformers
/// 4.37, Trainer._rotate_checkpoints).
void rotate_checkpoints(const std::filesystem::path& root, std::size_t limit, const std::filesystem::path& best);

}  // namespace winnow::hf
