#include <winnow/server/http/web_protocol.hpp>

#include <algorithm>

namespace winnow::server {

OfferedProtocols offered_protocols(std::string_view field) {
  constexpr std::string_view kBlank = " \t";
  constexpr std::string_view kBearer = "bearer.";
  OfferedProtocols offered;
  int secrets = 0;
  while (!field.empty()) {
    const std::size_t comma = field.find(',');
    std::string_view one = field.substr(0, comma);
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
    one.remove_prefix(std::min(one.find_first_not_of(kBlank), one.size()));
    one = one.substr(0, one.find_last_not_of(kBlank) + 1);
    offered.winnow = offered.winnow || one == kProtocol;
    if (!one.starts_with(kBearer)) continue;
    ++secrets;
    offered.secret = one.substr(kBearer.size());
  }
  if (secrets != 1) offered.secret.reset();
  return offered;
}

}  // namespace winnow::server
