#include <gtest/gtest.h>

#include <winnow/server/http.hpp>

namespace winnow::server::http_test {

TEST(Role, MayWhatTheOnesBeforeItMay) {
  EXPECT_TRUE(may(Role::admin, Role::read));
  EXPECT_TRUE(may(Role::submit, Role::submit));
  EXPECT_FALSE(may(Role::read, Role::submit));
  for (const Role role : {Role::none, Role::read, Role::submit, Role::admin}) {
    EXPECT_EQ(parse_role(role_name(role)).value(), role);
  }
  EXPECT_EQ(parse_role("root").error().code, errc::invalid_input);
}

TEST(Request, AParameterThatThePathHasNotIsAFault) {
  Request request;
  request.parameters = {{"id", "7"}};
  EXPECT_EQ(request.parameter("id"), "7");
  EXPECT_THROW((void)request.parameter("trial"), std::logic_error);
}

TEST(JsonResponse, IsALine) {
  const Response response = json_response(201, {{"b", 1}, {"a", "x\xff"}});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(*response.fields.find("Content-Type"), "application/json");
  EXPECT_EQ(std::get<std::string>(response.body), "{\"b\":1,\"a\":\"x\uFFFD\"}\n");
}

}  // namespace winnow::server::http_test
