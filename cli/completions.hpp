/// Scripts that complete a command line by TAB, one for each shell. Each holds what is declared (declared.hpp) and asks
/// the program nothing while one types.
///
/// What is offered: where a command may stand, commands; behind a dash, options; for the value of an option, and for an
/// argument, what its Offer says; where no argument is left, options. `--option value` and `--option=value` are alike,
/// what stands behind `--` is arguments only, and an argument that takes all behind it is completed as a command line
/// of its own.
#pragma once

#include <string>

namespace winnow::cli {

struct DeclaredCommand;

/// For bash 4 and later, with or without the package bash-completion.
std::string bash_completion(const DeclaredCommand& program);
/// To be put into a folder of `fpath` as `_NAME`, or sourced behind `compinit`.
std::string zsh_completion(const DeclaredCommand& program);
/// For fish 3 and later.
std::string fish_completion(const DeclaredCommand& program);

}  // namespace winnow::cli
