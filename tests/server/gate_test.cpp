#include <winnow/server/http/gate.hpp>

#include "served.hpp"

namespace winnow::server::gate_test {

using namespace winnow::server::test;

/// The status that a request meets; 200 where it is let in.
class Asked {
public:
  int operator()(std::string method, std::string target, Fields fields = {}, const Peer& peer = {}) {
    fields.add("Host", "localhost");
    Head head{.method = std::move(method), .target = std::move(target), .version = 11, .fields = std::move(fields)};
    admission = gate_.admit(std::move(head), peer, {.steady = {}, .wall = 2000});
    const auto* refused = std::get_if<Response>(&admission);
    return refused == nullptr ? 200 : refused->status;
  }
  std::string token(Role role) {
    return "Bearer " +
           tokens_.create({.name = std::string(role_name(role)) + "-er", .role = role, .created = 1}).value();
  }

  Admission admission;

private:
  winnow::test::TempDir dir_;
  TokenStore tokens_ = TokenStore::open(dir_.path(), 1000).value();
  Api api_ = Api::make(test_routes(), test_handlers()).value();
  Gate gate_{api_, tokens_, {}, {}};
};

TEST(Gate, HoldsRolesToWhatTheyMay) {
  Asked ask;
  const std::string read = ask.token(Role::read);
  const std::string submit = ask.token(Role::submit);
  const std::string admin = ask.token(Role::admin);
  const Fields json{{"Content-Type", "application/json"}, {"Content-Length", "2"}};
  const auto with = [](Fields fields, const std::string& token) {
    fields.add("Authorization", token);
    return fields;
  };
  EXPECT_EQ(ask("GET", "/hello", with({}, read)), 200);
  EXPECT_EQ(ask("POST", "/echo", with(json, read)), 403);
  EXPECT_EQ(ask("POST", "/echo", with(json, submit)), 200);
  EXPECT_EQ(ask("DELETE", "/hello/x", with({}, submit)), 403);
  EXPECT_EQ(ask("DELETE", "/hello/x", with({}, admin)), 200);
}

TEST(Gate, SaysWhatARouteKnows) {
  Asked ask;
  const Fields token{{"Authorization", ask.token(Role::admin)}};
  EXPECT_EQ(ask("GET", "/nowhere", token), 404);
  EXPECT_EQ(ask("PUT", "/hello/x", token), 405);
  EXPECT_EQ(*std::get<Response>(ask.admission).fields.find("Allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(ask("TRACE", "/hello", token), 405);
}

TEST(Gate, WantsTheBodyThatTheOperationTakes) {
  Asked ask;
  const std::string token = ask.token(Role::submit);
  const auto post = [&](const Fields& more) {
    Fields fields = more;
    fields.add("Authorization", token);
    return ask("POST", "/echo", fields);
  };
  EXPECT_EQ(post({{"Content-Type", "application/json; charset=utf-8"}, {"Content-Length", "2"}}), 200);
  EXPECT_EQ(post({{"Content-Type", "text/plain"}, {"Content-Length", "2"}}), 415);
  EXPECT_EQ(post({{"Content-Length", "2"}}), 415);
  EXPECT_EQ(post({{"Content-Type", "application/json"}}), 400);
  EXPECT_EQ(post({{"Content-Type", "application/json"}, {"Content-Length", "1001"}}), 413);
  EXPECT_EQ(post({{"Content-Type", "application/json"}, {"Content-Length", "2"}, {"Content-Encoding", "gzip"}}), 415);
}

TEST(Gate, ChecksTheQueryByItsDeclaration) {
  Asked ask;
  const Fields token{{"Authorization", ask.token(Role::read)}};
  EXPECT_EQ(ask("GET", "/page?order=up&limit=10", token), 200);
  EXPECT_EQ(std::get<Admitted>(ask.admission).request.query, (Parameters{{"order", "up"}, {"limit", "10"}}));
  EXPECT_EQ(ask("GET", "/page?order=up&limit=0", token), 400);
  EXPECT_NE(std::get<std::string>(std::get<Response>(ask.admission).body).find("\"path\":\"limit\""),
            std::string::npos);
  EXPECT_EQ(ask("GET", "/hello?x=1", token), 400);
}

TEST(Gate, TakesTheOwnerOnTheUnixSocketOnly) {
  Asked ask;
  EXPECT_EQ(ask("DELETE", "/hello/x", {}, {.is_local = true, .is_owner = true}), 200);
  EXPECT_EQ(ask("GET", "/hello", {}, {.is_local = true, .is_owner = false}), 401);
  EXPECT_EQ(ask("GET", "/hello", {}, {}), 401);
  EXPECT_EQ(ask("GET", "/hello", {{"Authorization", "Bearer x"}}, {.is_local = true, .is_owner = true}), 401);
}

TEST(Gate, WantsOneAuthorization) {
  Asked ask;
  const std::string token = ask.token(Role::read);
  EXPECT_EQ(ask("GET", "/hello", {{"Authorization", token}, {"Authorization", token}}), 401);
  EXPECT_EQ(ask("GET", "/hello", {{"Authorization", token.substr(7)}}), 401);
  EXPECT_EQ(ask("GET", "/hello", {{"Authorization", "bearer  " + token.substr(7)}}), 200);
  EXPECT_EQ(ask("GET", "/hello", {{"Authorization", "Bearer"}}), 401);
}

}  // namespace winnow::server::gate_test
