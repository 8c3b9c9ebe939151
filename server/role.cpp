#include <winnow/server/role.hpp>

#include <array>
#include <string>

namespace winnow::server {

namespace {
constexpr std::array<std::string_view, 4> kRoleNames{"none", "read", "submit", "admin"};
}

std::string_view role_name(Role role) {
  return kRoleNames.at(static_cast<std::size_t>(role));
}

Result<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return fail(errc::invalid_input, "role: '" + std::string(name) + "' is none; one of read, submit, admin");
}

}  // namespace winnow::server
