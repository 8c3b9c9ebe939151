/// What stands beside a checkpoint's file: whose it is, how long, its CRC-32, its merit, and in which order it was
/// saved. "Last" goes by that order, not by step: after a restore, steps above are of an abandoned way.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>

namespace winnow::checkpoint {

inline constexpr const char* kState = "state";
inline constexpr const char* kManifest = "manifest.json";
inline constexpr std::string_view kStep = "step-";
inline constexpr int kFormat = 1;

std::string directory_name(Step step);

struct Manifest {
  TrialId trial = 0;
  Step step = 0;
  std::int64_t order = 0;  ///< 1 for the trial's first save
  std::optional<double> merit;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
  std::optional<TrialId> donor{};  ///< whose checkpoint of that step it was, if it was adopted
};

std::string to_text(const Manifest& m);

Result<Manifest> read_manifest(const std::filesystem::path& dir);

struct Sum {
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

Result<Sum> sum_of(const std::filesystem::path& path);

/// Compares the file with its manifest.
Result<void> verify(const std::filesystem::path& dir, const Manifest& manifest);

/// The trial's manifests, in the order in which they were saved; a line to `warnings` for each that can't be read.
std::vector<Manifest> manifests(const std::filesystem::path& trial_dir, std::vector<std::string>* warnings);

}  // namespace winnow::checkpoint
