#include <gtest/gtest.h>

#include <winnow/server/document.hpp>
#include <winnow/server/route_table.hpp>

namespace winnow::server::route_table_test {

Result<RouteTable> table(const std::string& paths) {
  return RouteTable::make(json_of_yaml("paths:\n" + paths).value());
}

std::string found(const RouteTable& routes, std::string_view method, const std::vector<std::string>& segments) {
  const Match match = routes.match(method, segments);
  return match.operation == nullptr ? "" : match.operation->id;
}

TEST(RouteTable, FindsTheOperationOfMethodAndPath) {
  const RouteTable routes = table(R"(
  /: {get: {operationId: root, x-role: none}}
  /sweeps/{id}:
    parameters: [{name: id, in: path}]
    get: {operationId: one, x-role: read}
    delete: {operationId: gone, x-role: submit}
  /sweeps/best: {get: {operationId: best, x-role: read}}
)")
                                .value();
  EXPECT_EQ(found(routes, "GET", {}), "root");
  EXPECT_EQ(found(routes, "GET", {"sweeps", "7"}), "one");
  EXPECT_EQ(found(routes, "HEAD", {"sweeps", "7"}), "one");
  EXPECT_EQ(found(routes, "DELETE", {"sweeps", "7"}), "gone");
  EXPECT_EQ(found(routes, "GET", {"sweeps", "best"}), "best");
  EXPECT_EQ(routes.match("GET", {"sweeps", "7"}).parameters, (Parameters{{"id", "7"}}));
}

TEST(RouteTable, SaysWhichMethodsAPathHas) {
  const RouteTable routes = table(R"(
  /a/{id}:
    parameters: [{name: id, in: path}]
    get: {operationId: one, x-role: read}
    delete: {operationId: gone, x-role: submit}
)")
                                .value();
  EXPECT_EQ(routes.match("POST", {"a", "7"}).allow, (std::vector<std::string>{"GET", "HEAD", "DELETE"}));
  EXPECT_TRUE(routes.match("GET", {"a"}).allow.empty());
  EXPECT_TRUE(routes.match("GET", {"a", ""}).allow.empty());
  EXPECT_TRUE(routes.match("get", {"a", "7"}).operation == nullptr);
}

TEST(RouteTable, ReadsRoleLimitAndBody) {
  const RouteTable routes = table(R"(
  /a:
    post: {operationId: a, x-role: submit, x-body-limit: 77, requestBody: {required: true, content: {text/csv: {}}}}
    put: {operationId: b, x-role: admin, requestBody: {content: {application/json: {}}}}
    get: {operationId: c, x-role: read}
)")
                                .value();
  const Operation& a = *routes.match("POST", {"a"}).operation;
  EXPECT_EQ(a.role, Role::submit);
  EXPECT_EQ(a.body_limit, 77U);
  EXPECT_TRUE(a.body_required);
  EXPECT_EQ(a.media_types, std::vector<std::string>{"text/csv"});
  EXPECT_EQ(routes.match("PUT", {"a"}).operation->body_limit, kUsualBodyLimit);
  EXPECT_EQ(routes.match("GET", {"a"}).operation->body_limit, 0U);
}

TEST(RouteTable, ADocumentThatIsWrongSaysWhere) {
  const auto why = [](const std::string& paths) { return table(paths).map([](auto&&) { return 0; }).error().message; };
  EXPECT_TRUE(why("  /a: {get: {x-role: read}}").starts_with("paths./a.get: "));
  EXPECT_TRUE(why("  /a: {get: {operationId: a}}").starts_with("paths./a.get: "));
  EXPECT_TRUE(why("  /a: {get: {operationId: a, x-role: root}}").starts_with("paths./a.get: role: 'root' is none"));
  EXPECT_EQ(why("  /a/{id}: {get: {operationId: a, x-role: read}}"),
            "paths./a/{id}.get: parameter 'id' isn't declared once");
  EXPECT_EQ(why("  /a: {get: {operationId: a, x-role: read, parameters: [{name: id, in: path}]}}"),
            "paths./a.get: parameter 'id' isn't in the path");
  EXPECT_EQ(why("  /a: {get: {operationId: a, x-role: read}, put: {operationId: a, x-role: read}}"),
            "operationId 'a' stands twice");
  EXPECT_NE(why("  /{a}: {parameters: [{name: a, in: path}], get: {operationId: a, x-role: read}}\n"
                "  /{b}: {parameters: [{name: b, in: path}], get: {operationId: b, x-role: read}}")
                .find("can't be told from"),
            std::string::npos);
}

TEST(CheckQuery, HoldsEachParameterToItsDeclaration) {
  const RouteTable routes = table(R"(
  /a:
    get:
      operationId: a
      x-role: read
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: rate, in: query, schema: {type: number}}
        - {name: all, in: query, schema: {type: boolean}}
        - {name: order, in: query, schema: {enum: [up, down]}}
        - {name: name, in: query, schema: {type: string}}
)")
                                .value();
  const Operation& a = *routes.match("GET", {"a"}).operation;
  const auto key = [&](const Parameters& query) {
    const auto checked = check_query(a, query);
    return checked ? std::string("good") : checked.error().key;
  };
  EXPECT_EQ(key({{"limit", "7"}, {"rate", "1e-3"}, {"all", "true"}, {"order", "up"}, {"name", ""}}), "good");
  EXPECT_EQ(key({}), "limit");
  EXPECT_EQ(key({{"limit", "0"}}), "limit");
  EXPECT_EQ(key({{"limit", "101"}}), "limit");
  EXPECT_EQ(key({{"limit", "7.0"}}), "limit");
  EXPECT_EQ(key({{"limit", ""}}), "limit");
  EXPECT_EQ(key({{"limit", "7"}, {"limit", "7"}}), "limit");
  EXPECT_EQ(key({{"limit", "7"}, {"Limit", "7"}}), "Limit");
  EXPECT_EQ(key({{"limit", "7"}, {"rate", "fast"}}), "rate");
  EXPECT_EQ(key({{"limit", "7"}, {"all", "yes"}}), "all");
  EXPECT_EQ(key({{"limit", "7"}, {"order", "left"}}), "order");
  EXPECT_EQ(check_query(a, {{"limit", "99999999999999999999"}}).error().message,
            "limit: is a whole number from 1 to 100");
}

}  // namespace winnow::server::route_table_test
