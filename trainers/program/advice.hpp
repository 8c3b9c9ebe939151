/// What is wrong with a command, or probably isn't meant, said before anything runs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <winnow/trainers/command_options.hpp>
#include <winnow/trainers/program/trial_setup.hpp>

namespace winnow::program {

/// No trial could run: the command begins with parameters, say.
std::optional<std::string> refusal_of(const CommandOptions& options);

/// Why these words start nothing on this machine, if that is plain to see; a word behind /usr/bin/env counts as the
/// first.
std::optional<std::string> why_nothing_starts(const CommandPlan& plan, std::span<const std::string> words);

/// What whoever wrote the command should know.
std::vector<std::string> advice_on(const CommandOptions& options);

}  // namespace winnow::program
