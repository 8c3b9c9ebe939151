/// A certificate for a test's server.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>

#include "served.hpp"

namespace winnow::server::test {

/// A key and a certificate that it signs itself, in two files.
struct Identity {
  /// `hosts`: of its subjectAltName, as OpenSSL writes them, `DNS:localhost,IP:127.0.0.1`. `life`: seconds until it
  /// expires.
  explicit Identity(const std::string& common_name = "localhost", const std::string& hosts = "", long life = 3600) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), std::min(0L, life) - 60);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), life);
    X509_set_version(x509.get(), X509_VERSION_3);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* name = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(x509.get(), name);
    if (!hosts.empty()) {
      X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, hosts.c_str());
      X509_add_ext(x509.get(), names, -1);
      X509_EXTENSION_free(names);
    }
    X509_sign(x509.get(), pair.get(), EVP_sha256());
    write(key, [&](FILE* file) { PEM_write_PrivateKey(file, pair.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    write(certificate, [&](FILE* file) { PEM_write_X509(file, x509.get()); });
    ::chmod(key.c_str(), 0600);
  }
  template <class Body>
  static void write(const std::filesystem::path& path, Body body) {
    FILE* file = std::fopen(path.c_str(), "w");
    body(file);
    std::fclose(file);
  }

  winnow::test::TempDir dir;
  std::filesystem::path key = dir / "key.pem";
  std::filesystem::path certificate = dir / "cert.pem";
};

inline HttpOptions options_of(const Identity& identity) {
  HttpOptions options;
  options.tls_certificate = identity.certificate;
  options.tls_key = identity.key;
  return options;
}

}  // namespace winnow::server::test
