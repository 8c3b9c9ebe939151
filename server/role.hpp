/// What a token lets its holder do. Each role may do what the ones before it may.
#pragma once

#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow::server {

enum class Role {
  none,    ///< of an operation: asks for no token
  read,    ///< look at sweeps, trials, logs
  submit,  ///< start sweeps, which is to run programs as the daemon's user
  admin,   ///< tokens and the daemon itself
};

constexpr bool may(Role held, Role needed) {
  return held >= needed;
}

std::string_view role_name(Role role);

/// Fails with `invalid_input`. `none` is one too: of an operation, never of a token.
Result<Role> parse_role(std::string_view name);

}  // namespace winnow::server
