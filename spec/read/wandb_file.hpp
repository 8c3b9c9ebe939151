/// How a sweep file is told to be in W&B's format.
#pragma once

#include <winnow/space/reader.hpp>

namespace winnow::spec_reader {

/// True for a file as W&B takes it, with a method, parameters, and a program or command; keys of Winnow's own beside
/// them (slots, trial, scheduler …) don't change that. Its best trial is the one with the best value at any step,
/// stopped or not (docs/semantics.md, "The best trial").
bool is_wandb_file(MappingReader& top);

/// The same before schema 3, when any key of Winnow's own made it one of ours.
bool was_wandb_file(MappingReader& top);

/// W&B's keys that say nothing to Winnow are no strangers.
void know_wandb_keys(MappingReader& top);

}  // namespace winnow::spec_reader
