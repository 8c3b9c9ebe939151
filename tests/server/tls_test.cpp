#include <winnow/server/http/tls.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include "served.hpp"

namespace winnow::server::tls_test {

using namespace winnow::server::test;

/// A key and a certificate that it signs itself, in two files.
struct Identity {
  explicit Identity(const std::string& common_name = "localhost") {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* name = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(x509.get(), name);
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

HttpOptions options_of(const Identity& identity) {
  HttpOptions options;
  options.tls_certificate = identity.certificate;
  options.tls_key = identity.key;
  return options;
}

class TlsClient {
public:
  explicit TlsClient(const Served& served) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), served.port()});
    stream_.handshake(asio::ssl::stream_base::client, failure);
  }
  Answer ask(const std::string& text) {
    asio::write(stream_, asio::buffer(text));
    Answer answer;
    beast::http::read(stream_, buffer_, answer, failure);
    return answer;
  }
  std::string common_name() {
    char name[64] = {};
    X509* certificate = SSL_get1_peer_certificate(stream_.native_handle());
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    X509_free(certificate);
    return name;
  }

  boost::system::error_code failure;

private:
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_{context_, tls_};
  beast::flat_buffer buffer_;
};

TEST(Tls, CarriesRequests) {
  const Identity identity;
  Served served(test_handlers(), options_of(identity));
  TlsClient client(served);
  ASSERT_FALSE(client.failure) << client.failure.message();
  EXPECT_EQ(client.ask(get("/hello/a", served.admin)).body(), "a");
  EXPECT_EQ(client.ask(get("/hello/b", served.admin, "Origin: https://localhost\r\n")).body(), "b");
  EXPECT_EQ(client.ask(get("/hello/b", served.admin, "Origin: http://localhost\r\n")).result_int(), 403U);
}

TEST(Tls, WhoSpeaksPlainlyIsNotAnswered) {
  const Identity identity;
  Served served(test_handlers(), options_of(identity));
  Client client(served.port());
  client.say(get("/hello/a", served.admin));
  EXPECT_EQ(client.rest().find("HTTP/"), std::string::npos);
}

TEST(Tls, AHandshakeThatDoesNotComeIsDropped) {
  const Identity identity;
  HttpOptions options = options_of(identity);
  options.limits.head = HttpLimits::Time(200);
  Served served(test_handlers(), options);
  Client client(served.port());
  EXPECT_EQ(client.rest(), "");
}

TEST(Tls, OpensAddressesOffThisMachine) {
  const Identity identity;
  const Served served;
  HttpOptions options = options_of(identity);
  options.listen = {"0.0.0.0:0"};
  EXPECT_TRUE(HttpServer::start(options, served.api, served.tokens));
}

TEST(Tls, ANewCertificateIsReadForNewConnections) {
  const Identity identity("before");
  Served served(test_handlers(), options_of(identity));
  TlsClient old(served);
  EXPECT_EQ(old.common_name(), "before");
  const Identity after("after");
  std::filesystem::copy_file(after.key, identity.key, std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(served.server->reload_tls()) << "key and certificate don't fit";
  EXPECT_EQ(TlsClient(served).common_name(), "before");
  std::filesystem::copy_file(after.certificate, identity.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(served.server->reload_tls());
  EXPECT_EQ(TlsClient(served).common_name(), "after");
  EXPECT_EQ(old.ask(get("/hello/a", served.admin)).body(), "a");
}

TEST(MakeTls, SaysWhichFileIsWrong) {
  const Identity one;
  const Identity other;
  const auto why = [](const std::filesystem::path& certificate, const std::filesystem::path& key) {
    return make_tls(certificate, key).map([](auto&&) { return 0; }).error().message;
  };
  EXPECT_TRUE(why(one.dir / "none", one.key).starts_with((one.dir / "none").string()));
  EXPECT_TRUE(why(one.certificate, other.key).starts_with(other.key.string()));
  EXPECT_TRUE(why(one.certificate, one.certificate).starts_with(one.certificate.string()));
  ::chmod(one.key.c_str(), 0644);
  EXPECT_NE(why(one.certificate, one.key).find("chmod"), std::string::npos);
}

}  // namespace winnow::server::tls_test
