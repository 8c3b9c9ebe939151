#include <gtest/gtest.h>

#include <winnow/server/document.hpp>
#include <winnow/server/route_table.hpp>

namespace winnow::server::document_test {

TEST(Document, IsReadAndItsRoutesAreGood) {
  EXPECT_EQ(api_document()["openapi"], "3.1.0");
  const auto routes = RouteTable::make(api_document());
  ASSERT_TRUE(routes) << routes.error().message;
  EXPECT_NE(routes->match("GET", {"api", "v1", "openapi.json"}).operation, nullptr);
}

TEST(Document, OpensNothingToStrangersButHealth) {
  const RouteTable routes = RouteTable::make(api_document()).value();
  for (const Operation& operation : routes.operations()) {
    EXPECT_EQ(operation.role == Role::none, operation.path == "/healthz") << operation.path;
  }
}

/// Every `$ref` in it names something.
void check_references(const OrderedJson& node) {
  if (node.is_object() && node.contains("$ref")) {
    const std::string pointer = node["$ref"].get<std::string>().substr(1);
    EXPECT_TRUE(api_document().contains(OrderedJson::json_pointer(pointer))) << pointer;
  }
  for (const OrderedJson& inner : node) {
    if (inner.is_structured()) check_references(inner);
  }
}

TEST(Document, HasNoReferenceToNothing) {
  check_references(api_document());
}

TEST(JsonOfYaml, ReadsScalarsByTheCoreSchema) {
  const auto json =
      json_of_yaml("{a: 1, b: -2.5, c: true, d: null, e: '1', f: \"true\", g: 1.2.3, h: nan, i: yes, j: ~, k: 1e3}");
  ASSERT_TRUE(json);
  const auto expected = OrderedJson::parse(R"({"a": 1, "b": -2.5, "c": true, "d": null, "e": "1", "f": "true",
    "g": "1.2.3", "h": "nan", "i": "yes", "j": null, "k": 1000.0})");
  EXPECT_EQ(*json, expected);
}

TEST(JsonOfYaml, RefusesWhatIsNoYaml) {
  EXPECT_EQ(json_of_yaml("{a: [").map([](auto&&) { return 0; }).error().code, errc::invalid_input);
}

}  // namespace winnow::server::document_test
