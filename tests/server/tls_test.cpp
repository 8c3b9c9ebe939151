#include <winnow/server/http/tls.hpp>

#include "identity.hpp"

namespace winnow::server::tls_test {

using namespace winnow::server::test;

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
  EXPECT_FALSE(served.server->reload(options_of(identity))) << "key and certificate don't fit";
  EXPECT_EQ(TlsClient(served).common_name(), "before");
  std::filesystem::copy_file(after.certificate, identity.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  ASSERT_TRUE(served.server->reload(options_of(identity)));
  EXPECT_EQ(TlsClient(served).common_name(), "after");
  EXPECT_EQ(old.ask(get("/hello/a", served.admin)).body(), "a");
}

TEST(Tls, ACertificateAtAnotherPlaceIsTakenWhileItServes) {
  const Identity before("before"), after("after");
  Served served(test_handlers(), options_of(before));
  ASSERT_TRUE(served.server->reload(options_of(after)));
  EXPECT_EQ(TlsClient(served).common_name(), "after");
  ASSERT_FALSE(served.server->reload({.tls_certificate = after.certificate, .tls_key = before.key}));
  EXPECT_EQ(TlsClient(served).common_name(), "after");
}

TEST(CheckedOptions, SayWhichOfThemIsWrong) {
  const Identity one, other;
  const auto wrong = [](const HttpOptions& options) { return check(options).map([] { return 0; }).error().key; };
  EXPECT_TRUE(check(HttpOptions()));
  EXPECT_TRUE(check(options_of(one)));
  EXPECT_EQ(wrong({.listen = {"127.0.0.1"}}), "listen");
  EXPECT_EQ(wrong({.hosts = {"http://box"}}), "hosts");
  for (const char* none : {"box", "https://", "https://box/", "ftp://box"})
    EXPECT_EQ(wrong({.origins = {none}}), "origins") << none;
  EXPECT_TRUE(check({.hosts = {"box.example.org"}, .origins = {"https://box.example.org:8080"}}));
  EXPECT_EQ(wrong({.listen = {"0.0.0.0:0"}}), "listen") << "without TLS";
  EXPECT_EQ(wrong({.tls_key = one.key}), "tls.certificate");
  EXPECT_EQ(wrong({.tls_certificate = one.certificate}), "tls.key");
  EXPECT_EQ(wrong({.tls_certificate = one.certificate, .tls_key = other.key}), "tls.certificate");
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
