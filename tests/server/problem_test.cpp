#include <gtest/gtest.h>

#include <winnow/server/problem.hpp>

namespace winnow::server::problem_test {

OrderedJson body_of(const Response& response) {
  return OrderedJson::parse(std::get<std::string>(response.body));
}

TEST(Problem, OfAnErrorSaysWhereItIs) {
  const Response response = problem_response(Error{
      errc::invalid_input, "sweep.yaml:14:7: parameters.lr: min (0.1) must be less than max (0.01)", "parameters.lr"});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(*response.fields.find("content-type"), "application/problem+json");
  const auto expected = OrderedJson::parse(R"json({
    "type": "urn:winnow:problem:invalid-input", "title": "The input is wrong", "status": 422,
    "detail": "sweep.yaml:14:7: parameters.lr: min (0.1) must be less than max (0.01)",
    "path": "parameters.lr", "line": 14, "column": 7})json");
  EXPECT_EQ(body_of(response), expected);
}

TEST(Problem, HasNoPlaceWhereThereIsNone) {
  for (const char* message : {"no", "lr: 1 is too much", "a:b:c: d", "12:00", "x:-1:2: y", "x:99999999999:2: y"}) {
    const Problem problem = problem_of({errc::internal, message});
    EXPECT_FALSE(problem.line) << message;
    EXPECT_FALSE(problem.column) << message;
  }
  EXPECT_EQ(problem_of({errc::invalid_input, "x:3: y"}).line, 3);
}

TEST(Problem, OfAStatusHasItsReason) {
  const OrderedJson body = body_of(problem_response(413, "too much"));
  EXPECT_EQ(body["type"], "urn:winnow:problem:content-too-large");
  EXPECT_EQ(body["title"], "Content Too Large");
}

TEST(Problem, SurvivesBytesThatAreNoText) {
  EXPECT_EQ(body_of(problem_response(400, "a\xff"))["detail"], "a\uFFFD");
}

}  // namespace winnow::server::problem_test
