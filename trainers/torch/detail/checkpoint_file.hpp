/// A training's state in one file: a TorchScript archive that says in JSON what it is.
#pragma once

#include <torch/serialize/archive.h>

#include <filesystem>
#include <functional>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

/// With `about` beside what the archive holds. Fails with `io`.
Result<void> write_checkpoint(const std::filesystem::path& file, const OrderedJson& about,
                              torch::serialize::OutputArchive& archive);

/// What `read` makes of it. Fails with `io`, with `corrupt` (`no whole checkpoint of WHOSE`) for an archive or a text
/// that lacks what is read, and with what `read` fails with.
Result<void> read_checkpoint(
    const std::filesystem::path& file, const std::string& whose,
    const std::function<Result<void>(const Value& about, torch::serialize::InputArchive& archive)>& read);

/// A fresh tensor: a read into one that holds an earlier read throws.
torch::Tensor read_tensor(torch::serialize::InputArchive& archive, const std::string& name, bool is_buffer = true);

}  // namespace winnow
