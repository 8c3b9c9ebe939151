#include <winnow/cli/client_tls.hpp>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>

namespace winnow::cli {
namespace {

namespace ssl = boost::asio::ssl;

bool is_address(const std::string& host) {
  boost::system::error_code failure;
  boost::asio::ip::make_address(host, failure);
  return !failure;
}

std::string text_of(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  if (ASN1_STRING_length(address) == 4) {
    boost::asio::ip::address_v4::bytes_type four;
    std::copy_n(bytes, four.size(), four.begin());
    return boost::asio::ip::address_v4(four).to_string();
  }
  if (ASN1_STRING_length(address) != 16) return "?";
  boost::asio::ip::address_v6::bytes_type sixteen;
  std::copy_n(bytes, sixteen.size(), sixteen.begin());
  return boost::asio::ip::address_v6(sixteen).to_string();
}

/// `localhost, 127.0.0.1`; empty: it names no host.
std::string hosts_of(X509* certificate) {
  std::string hosts;
  auto* names = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    std::string host;
    if (name->type == GEN_DNS) {
      host.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                  static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      host = text_of(name->d.iPAddress);
    }
    if (!host.empty()) hosts += (hosts.empty() ? "" : ", ") + host;
  }
  GENERAL_NAMES_free(names);
  return hosts;
}

/// Who the peer is to be.
void expect(SSL* connection, const std::string& host) {
  X509_VERIFY_PARAM* rule = SSL_get0_param(connection);
  X509_VERIFY_PARAM_set_hostflags(rule, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(rule, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(rule, host.c_str(), host.size());
    SSL_set_tlsext_host_name(connection, host.c_str());
  }
}

/// `hosts`: of the certificate that was refused.
std::string why_refused(long verdict, const std::string& host, const std::string& hosts) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      if (hosts.empty()) return "its certificate names no host (subjectAltName)";
      return fmt::format("its certificate is for {}, not for {}", hosts, host);
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate isn't valid yet; is this machine's clock right?";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is signed by nobody who is trusted here; `winnow context add NAME --url URL --ca FILE` "
             "says whom to trust";
    default: return fmt::format("its certificate isn't right: {}", X509_verify_cert_error_string(verdict));
  }
}

}  // namespace

Result<std::unique_ptr<ssl::context>> client_tls(const std::filesystem::path& ca) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context->native_handle(), SSL_VERIFY_PEER, nullptr);
  // A certificate that `ca` itself holds is trusted, whoever has signed it.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
  boost::system::error_code failure;
  if (ca.empty()) {
    context->set_default_verify_paths(failure);
  } else {
    context->load_verify_file(ca.string(), failure);
    if (failure) return fail(errc::invalid_input, ca.string() + ": isn't a certificate in PEM: " + failure.message());
  }
  return context;
}

Result<void> shake_hands(TlsStream& stream, const std::string& host) {
  expect(stream.native_handle(), host);
  std::string hosts;  // a connection keeps no certificate that it refused
  stream.set_verify_callback([&hosts](bool right, ssl::verify_context& context) {
    X509* certificate = X509_STORE_CTX_get_current_cert(context.native_handle());
    if (!right && certificate != nullptr) hosts = hosts_of(certificate);
    return right;
  });
  boost::system::error_code failure;
  stream.handshake(ssl::stream_base::client, failure);
  if (!failure) return {};
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict != X509_V_OK) return fail(errc::invalid_input, why_refused(verdict, host, hosts));
  const bool no_tls = failure.category() == boost::asio::error::get_ssl_category() &&
                      ERR_GET_REASON(static_cast<unsigned long>(failure.value())) == SSL_R_WRONG_VERSION_NUMBER;
  if (no_tls) return fail(errc::invalid_input, "it speaks no TLS; http:// may be right");
  return fail(errc::io, "TLS: " + failure.message());
}

}  // namespace winnow::cli
