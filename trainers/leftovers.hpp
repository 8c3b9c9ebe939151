/// Programs of a run that a dead Winnow has left.
///
/// Wardens end whatever Winnow leaves when it dies; where they were killed with it (`killall -9 winnow`), what a
/// program had started lives on. The next Winnow that runs the directory, which it has for itself, ends that: a process
/// whose environment is that of a trial of this run (WINNOW_TRIAL_DIR below its folder of trials, by the folder's
/// identity, not by its name alone, and the report socket beside it). Whoever has taken those out of its environment
/// isn't found.
#pragma once

#include <filesystem>

namespace winnow::process {

/// Kills them, within a few seconds; returns how many there were. `trials`: the folder that holds the trials' folders.
/// None of its trials may run. Nothing is done by a process that belongs to such a trial itself.
std::size_t end_leftovers(const std::filesystem::path& trials);

}  // namespace winnow::process
