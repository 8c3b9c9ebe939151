/// Which hosts this server is called by, and which pages of a browser may talk to it.
///
/// A page of a stranger can make its own name mean this machine (DNS rebinding); the browser then says that name in
/// Host. So Host is to be an address, which needs no DNS, `localhost`, or a name that the settings say. A page of
/// another origin can send some requests without asking (cross-site request forgery); the browser then says that page's
/// origin in Origin, or `cross-site` in Sec-Fetch-Site. So Origin is to be this server's own or one that the settings
/// say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/server/fields.hpp>

namespace winnow::server {

struct HostRule {
  std::vector<std::string> hosts{};    ///< names besides localhost, without a port
  std::vector<std::string> origins{};  ///< `https://winnow.example:8080`, whose pages may talk to this server
};

/// `authority`: of Host, with or without a port.
bool is_known_host(const HostRule& rule, std::string_view authority);

/// Whether a request may come from where its browser says that it comes from; without such words it may.
bool is_known_origin(const HostRule& rule, const Fields& fields, bool tls);

}  // namespace winnow::server
