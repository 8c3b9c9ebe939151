#include <winnow/spec/read/wandb_file.hpp>

#include <algorithm>
#include <array>
#include <string_view>

#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// W&B's own keys that say nothing to us.
constexpr std::array<std::string_view, 6> kWandbOnly = {"description", "controller", "kind",
                                                        "job",         "apiVersion", "image_uri"};

/// Keys that no W&B sweep file had at the time of schema 2.
constexpr std::array<std::string_view, 14> kOurs = {
    "trial_seed", "trainer",    "slots",       "resources",           "budget",
    "trial",      "failures",   "isolation",   "attempts_per_worker", "checkpoints",
    "start_with", "durability", "num_samples", "linear_constraints"};

}  // namespace

bool is_wandb_file(MappingReader& top) {
  const auto has = [&](std::string_view key) { return top.find(key) != nullptr; };
  return has("method") && has("parameters") && (has("program") || has("command"));
}

bool was_wandb_file(MappingReader& top) {
  const auto has = [&](std::string_view key) { return top.find(key) != nullptr; };
  return is_wandb_file(top) && !has_scheduler(top) && std::none_of(kOurs.begin(), kOurs.end(), has);
}

void know_wandb_keys(MappingReader& top) {
  for (const std::string_view key : kWandbOnly) top.find(key);
}

}  // namespace winnow::spec_reader
