/// The client of the commands against a server.
#include <winnow/cli/daemon_client.hpp>

#include <gmock/gmock.h>

#include "../server/identity.hpp"

namespace winnow::cli::client_test {

using namespace winnow::server::test;
using ::testing::HasSubstr;

constexpr const char* kHere = "DNS:localhost,IP:127.0.0.1";

DaemonPlace place_of(const Served& served) {
  return {.host = "127.0.0.1", .port = std::to_string(served.port()), .token = served.admin};
}

DaemonPlace place_of(const Served& served, const Identity& trusted) {
  DaemonPlace place = place_of(served);
  place.tls = true;
  place.ca = trusted.certificate;
  return place;
}

Result<Value> ask(const DaemonPlace& place) {
  return ask_daemon(place, {.method = "POST", .target = "/echo", .body = R"({"a":1})"});
}

std::string complaint(const DaemonPlace& place) {
  const auto answer = ask(place);
  return answer ? "none: " + answer->dump() : answer.error().message;
}

TEST(DaemonClient, AsksOverTcp) {
  const Served served;
  EXPECT_EQ(ask(place_of(served)).value()["a"], 1);
}

TEST(DaemonClient, AsksOverTlsByNameAndByAddress) {
  const Identity identity("box", kHere);
  const Served served(test_handlers(), options_of(identity));
  DaemonPlace place = place_of(served, identity);
  EXPECT_EQ(complaint(place), "none: {\"a\":1}");
  place.host = "localhost";
  EXPECT_EQ(complaint(place), "none: {\"a\":1}");
}

TEST(DaemonClient, TalksToNobodyWhoseCertificateIsSignedBySomebodyElse) {
  const Identity identity("box", kHere), other("other", kHere);
  const Served served(test_handlers(), options_of(identity));
  EXPECT_THAT(complaint(place_of(served, other)), HasSubstr("signed by nobody who is trusted here"));
  DaemonPlace place = place_of(served, identity);
  place.ca.clear();
  EXPECT_THAT(complaint(place), HasSubstr("signed by nobody who is trusted here"));
  place.ca = identity.key;
  const auto answer = ask(place);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::invalid_input);
  EXPECT_THAT(answer.error().message, HasSubstr("isn't a certificate in PEM"));
}

TEST(DaemonClient, TalksToNobodyWhoseCertificateIsForAnotherHost) {
  const Identity identity("127.0.0.1", "DNS:box.example.org,IP:::1");
  const Served served(test_handlers(), options_of(identity));
  EXPECT_THAT(complaint(place_of(served, identity)),
              HasSubstr("its certificate is for box.example.org, ::1, not for 127.0.0.1"));
  const Identity nameless("127.0.0.1");
  const Served other(test_handlers(), options_of(nameless));
  EXPECT_THAT(complaint(place_of(other, nameless)), HasSubstr("names no host"));
}

TEST(DaemonClient, TalksToNobodyWhoseCertificateHasExpired) {
  const Identity identity("box", kHere, -5);
  const Served served(test_handlers(), options_of(identity));
  EXPECT_EQ(complaint(place_of(served, identity)), place_of(served).name() + ": its certificate has expired");
}

TEST(DaemonClient, SaysWhenTheOtherSchemeMayBeRight) {
  const Identity identity("box", kHere);
  const Served plain, tls(test_handlers(), options_of(identity));
  EXPECT_THAT(complaint(place_of(plain, identity)), HasSubstr("it speaks no TLS; http:// may be right"));
  EXPECT_THAT(complaint(place_of(tls)), HasSubstr("https:// may be right"));
}

TEST(DaemonClient, SaysWhatATokenLacks) {
  const Served served;
  DaemonPlace place = place_of(served);
  place.token.clear();
  EXPECT_THAT(complaint(place), HasSubstr("a token is needed; a context of `winnow context add` has one"));
  place.token = "wnw_none";
  EXPECT_THAT(complaint(place), HasSubstr("isn't in force"));
}

}  // namespace winnow::cli::client_test
