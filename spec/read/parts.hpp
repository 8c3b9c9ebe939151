/// The parts of reading a sweep file, one per group of keys; not part of the interface. Each takes the reader of the
/// top-level mapping, whose diagnostics keep the first error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/reader.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow::spec_reader {

/// space: another tool's format, with its metrics where it has them, and its defaults. Reads metric and metrics too.
void read_dialect(MappingReader& top, const Node& node, SweepSpec& spec, Reading reading);
/// The sampler's name that the file itself gives: method, or sampler.type.
std::optional<std::string> own_method(MappingReader& top);
/// sampler: the options of the method. After what brings the method.
void read_sampler(MappingReader& top, SweepSpec& spec);
/// What W&B's methods need: custom a sampler, grid values without probabilities. After the space.
void check_method(MappingReader& top, const SweepSpec& spec);
/// A grid of W&B's tries each point once: values that repeat another are dropped, with a warning, unless num_samples
/// says how often. After check_method.
void drop_repeats(MappingReader& top, SweepSpec& spec);
/// metric, metrics.
void read_metrics(MappingReader& top, SweepSpec& spec);
/// scheduler, early_terminate. After the metrics.
void read_scheduler(MappingReader& top, SweepSpec& spec);
/// program, command, trainer: what runs.
void read_trainable(MappingReader& top, SweepSpec& spec);
/// process; `wandb`: what process.wandb is where the file doesn't say. After read_trainable.
void read_process(MappingReader& top, SweepSpec& spec, bool wandb);
/// run_cap, slots, durability, isolation, resources, devices, budget, trial, failures, checkpoints.
void read_settings(MappingReader& top, SweepSpec& spec);
/// Ranks are processes. After the settings and the trainer.
void check_isolation(MappingReader& top, SweepSpec& spec);
/// fixed, repeat, repeats. After the space.
void read_fixed(MappingReader& top, SweepSpec& spec);
/// start_with. After the space.
void read_start_with(MappingReader& top, SweepSpec& spec);

/// The scheduler that W&B's key early_terminate asks for.
inline constexpr std::string_view kEarlyTerminate = "wandb_hyperband";

/// Keys that nobody has asked for are let through with a warning, as W&B does; one that looks like a slip of the pen is
/// an error. Last.
void check_strangers(MappingReader& mapping);

/// True if `scheduler` is one of ours; in W&B Launch's files that key means something else.
bool has_scheduler(MappingReader& top);

/// Makes the scheduler and the sampler once, so that what they refuse is said here, at the key that they name.
void check_policies(MappingReader& top, const SweepSpec& spec);

/// `100MB`, `1.5 GiB`, `4096`: bytes. Each prefix is 1024 of the one before.
Result<std::int64_t> parse_size(std::string_view text);

/// Arguments and variables of a program end at a NUL: what stands behind it would be lost.
inline constexpr const char* kNoNul = "holds a NUL character, which nothing that a program is given can";
bool has_nul(const Value& value);

/// Words of a command line: white space parts them, '…' and "…" keep them together, a backslash takes the next
/// character as it is (within '…' too it is an ordinary character). Fails for a quote that isn't closed.
Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace winnow::spec_reader
