#include <gtest/gtest.h>

#include <winnow/server/http/wire.hpp>

namespace winnow::server::wire_test {

TEST(ResponseHead, SaysLengthAndEnd) {
  const std::string head = response_head(text_response(404, "text/plain", ""), {.length = 7, .close = true}, "now");
  EXPECT_EQ(head,
            "HTTP/1.1 404 Not Found\r\nDate: now\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n"
            "Connection: close\r\n\r\n");
}

TEST(ResponseHead, AResponseMaySayHowItMayBeKept) {
  Response response;
  response.fields.set("cache-control", "max-age=60");
  EXPECT_EQ(response_head(response, {}, "now").find("no-store"), std::string::npos);
}

TEST(ResponseHead, AFieldThatWouldEndItsLineThrows) {
  Response response;
  response.fields.set("X", "a\r\nSet-Cookie: b");
  EXPECT_THROW(response_head(response, {}, "now"), std::invalid_argument);
}

TEST(HttpDate, IsThatOfTheStandard) {
  EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 §5.6.7
}

TEST(HasContent, NotOfSomeStatuses) {
  EXPECT_TRUE(has_content(200));
  EXPECT_FALSE(has_content(204));
  EXPECT_FALSE(has_content(304));
  EXPECT_FALSE(has_content(101));
}

}  // namespace winnow::server::wire_test
