#include <winnow/server/token_handlers.hpp>

#include "served.hpp"

namespace winnow::server::token_handlers_test {

using namespace winnow::server::test;

/// The real document, with these handlers, and others for what the daemon will bind.
struct ServedApi {
  ServedApi() {
    Handlers handlers = token_handlers(tokens);
    handlers.merge(document_handlers());
    RouteTable routes = RouteTable::make(api_document()).value();
    for (const Operation& operation : routes.operations()) handlers.try_emplace(operation.id, saying(""));
    api.emplace(Api::make(std::move(routes), std::move(handlers)).value());
    HttpOptions options;
    options.listen = {"127.0.0.1:0"};
    server.emplace(HttpServer::start(options, *api, tokens).value());
    const std::string& address = server->addresses().front();
    client.emplace(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    admin = text_of_file(dir / TokenStore::kAdminFile);
    admin.pop_back();
  }
  Answer create(const std::string& body) { return client->ask(post("/api/v1/tokens", admin, body)); }

  winnow::test::TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  std::optional<Api> api;
  std::optional<HttpServer> server;
  std::optional<Client<>> client;
  std::string admin;
};

TEST(TokenHandlers, CreateListAndRevoke) {
  ServedApi served;
  const Answer created = served.create(R"({"name": "laptop", "role": "read", "expires_in": 3600})");
  EXPECT_EQ(created.result_int(), 201U);
  const auto body = OrderedJson::parse(created.body());
  EXPECT_EQ(body["role"], "read");
  const auto secret = body["token"].get<std::string>();
  EXPECT_EQ(served.client->ask(get("/readyz", secret)).result_int(), 200U);
  EXPECT_EQ(served.client->ask(get("/api/v1/tokens", secret)).result_int(), 403U);

  const auto list = OrderedJson::parse(served.client->ask(get("/api/v1/tokens", served.admin)).body())["tokens"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0], OrderedJson::parse(
                         R"({"name": "admin", "role": "admin", "created": "1970-01-01T00:16:40Z", "expires": null})"));
  EXPECT_EQ(list[1]["name"], "laptop");
  EXPECT_FALSE(list[1].contains("token"));

  std::string revoke = get("/api/v1/tokens/laptop", served.admin);
  revoke.replace(0, 3, "DELETE");
  EXPECT_EQ(served.client->ask(revoke).result_int(), 204U);
  EXPECT_EQ(served.client->ask(revoke).result_int(), 404U);
  EXPECT_EQ(served.client->ask(get("/readyz", secret)).result_int(), 401U);
}

TEST(TokenHandlers, SayWhatIsWrongWithANewToken) {
  ServedApi served;
  const auto path = [&](const std::string& body, unsigned status) {
    const Answer answer = served.create(body);
    EXPECT_EQ(answer.result_int(), status) << body;
    return OrderedJson::parse(answer.body()).value("path", "");
  };
  EXPECT_EQ(path("{", 400), "");
  EXPECT_EQ(path("[]", 422), "");
  EXPECT_EQ(path(R"({"role": "read"})", 422), "name");
  EXPECT_EQ(path(R"({"name": "a b", "role": "read"})", 422), "name");
  EXPECT_EQ(path(R"({"name": "a"})", 422), "role");
  EXPECT_EQ(path(R"({"name": "a", "role": "root"})", 422), "role");
  EXPECT_EQ(path(R"({"name": "a", "role": "none"})", 422), "role");
  EXPECT_EQ(path(R"({"name": "a", "role": "read", "expires_in": 0})", 422), "expires_in");
  EXPECT_EQ(path(R"({"name": "a", "role": "read", "expires_in": 1.5})", 422), "expires_in");
  EXPECT_EQ(path(R"({"name": "a", "role": "read", "expires_in": 1e30})", 422), "expires_in");
  EXPECT_EQ(path(R"({"name": "a", "role": "read", "more": 1})", 422), "more");
  EXPECT_EQ(path(R"({"name": "admin", "role": "read"})", 409), "name");
}

TEST(DocumentHandlers, ServeTheDocumentWithItsTag) {
  ServedApi served;
  const Answer answer = served.client->ask(get("/api/v1/openapi.json", served.admin));
  EXPECT_EQ(OrderedJson::parse(answer.body()), api_document());
  const std::string tag(answer["ETag"]);
  EXPECT_EQ(
      served.client->ask(get("/api/v1/openapi.json", served.admin, "If-None-Match: " + tag + "\r\n")).result_int(),
      304U);
  EXPECT_EQ(served.client->ask(get("/healthz", "")).body(), "{\"status\":\"ok\"}\n");
}

}  // namespace winnow::server::token_handlers_test
