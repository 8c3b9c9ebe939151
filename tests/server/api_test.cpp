#include <winnow/server/api.hpp>

#include "served.hpp"

namespace winnow::server::api_test {

using namespace winnow::server::test;

TEST(Api, BindsAHandlerToEachOperation) {
  const auto api = Api::make(test_routes(), test_handlers());
  ASSERT_TRUE(api);
  EXPECT_TRUE(api->handler(api->routes().operations().front()));
}

TEST(Api, AnOperationWithoutAHandlerIsAnError) {
  Handlers handlers = test_handlers();
  handlers.erase("hello");
  handlers["page"] = nullptr;
  const auto api = Api::make(test_routes(), handlers);
  ASSERT_FALSE(api);
  EXPECT_TRUE(api.error().message.starts_with("operations without a handler: ")) << api.error().message;
  EXPECT_NE(api.error().message.find("hello"), std::string::npos);
  EXPECT_NE(api.error().message.find("page"), std::string::npos);
}

TEST(Api, AHandlerWithoutAnOperationIsAnError) {
  Handlers handlers = test_handlers();
  handlers["secretDoor"] = saying("");
  const auto api = Api::make(test_routes(), handlers);
  ASSERT_FALSE(api);
  EXPECT_EQ(api.error().message, "handlers without an operation: secretDoor");
}

}  // namespace winnow::server::api_test
