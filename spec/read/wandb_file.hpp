/// How a sweep file is told to be one that was written for W&B, and not for Winnow.
#pragma once

#include <winnow/space/reader.hpp>

namespace winnow::spec_reader {

/// True for a file as W&B takes it: a method, parameters, a program or command, and none of Winnow's own keys. Its best
/// trial is the one with the best value at any step, stopped or not (docs/semantics.md, "The best trial"), and its
/// program finds a stand-in for the package `wandb`.
bool is_wandb_file(MappingReader& top);

/// W&B's keys that say nothing to Winnow are no strangers.
void know_wandb_keys(MappingReader& top);

}  // namespace winnow::spec_reader
