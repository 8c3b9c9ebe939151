#include <winnow/server/http/hosts.hpp>

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace winnow::server {

namespace {

bool is_address(const std::string& text) {
  boost::system::error_code no;
  boost::asio::ip::make_address(text, no);
  return !no;
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_known_host(const HostRule& rule, std::string_view authority) {
  std::string_view host = authority;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view port = host.substr(end + 1);
    const bool fits = port.empty() || (port.front() == ':' && is_port(port.substr(1)));
    return fits && is_address(std::string(host.substr(1, end - 1)));
  }
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  if (host.ends_with('.')) host.remove_suffix(1);  // the same name, fully qualified
  if (same_name(host, "localhost")) return true;
  if (std::ranges::any_of(rule.hosts, [&](const std::string& known) { return same_name(known, host); })) return true;
  return host.find(':') == std::string_view::npos && is_address(std::string(host));
}

bool is_known_origin(const HostRule& rule, const Fields& fields, bool tls) {
  const std::string* origin = fields.find("Origin");
  if (origin != nullptr) {
    if (fields.count("Origin") > 1) return false;
    if (std::ranges::find(rule.origins, *origin) != rule.origins.end()) return true;
    const std::string* host = fields.find("Host");
    return host != nullptr && same_name(*origin, (tls ? "https://" : "http://") + *host);
  }
  const std::string* site = fields.find("Sec-Fetch-Site");
  return site == nullptr || *site == "same-origin" || *site == "none";
}

}  // namespace winnow::server
