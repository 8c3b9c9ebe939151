/// From the sweep file's `trainer` to what a slot runs: built-in types, then modules (DESIGN §2: loaded only when
/// needed).
#pragma once

#include <filesystem>
#include <memory>

#include <winnow/sweep/spec.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// `base`: folder of relative paths. Fails with `invalid_input`: no trainer given, unknown type, wrong options or data.
Result<std::shared_ptr<TrainableFactory>> make_trainer(const TrainerSpec& spec, const std::filesystem::path& base);

}  // namespace winnow
