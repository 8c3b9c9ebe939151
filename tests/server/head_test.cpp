#include <gtest/gtest.h>

#include <winnow/server/http/head.hpp>

namespace winnow::server::head_test {

TEST(ScanHead, FindsTheEndHoweverItComes) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    const HeadScan part = scan_head(std::string_view(text).substr(0, first), 0);
    if (first < text.size() - 4) {
      ASSERT_EQ(part.is, HeadScan::Is::partial) << first;
    }
    const HeadScan whole = scan_head(text, part.is == HeadScan::Is::partial ? first : 0);
    ASSERT_EQ(whole.is, HeadScan::Is::whole) << first;
    ASSERT_EQ(whole.size, text.size() - 4);
  }
}

TEST(ScanHead, RefusesABareLineFeedBeforeTheEndIsHere) {
  EXPECT_EQ(scan_head("GET / HTTP/1.1\n", 0).is, HeadScan::Is::refused);
  EXPECT_EQ(scan_head("\n", 0).is, HeadScan::Is::refused);
}

TEST(CheckLines, RefusesWhatIsReadInTwoWays) {
  EXPECT_FALSE(check_lines("GET / HTTP/1.1\r\nA: b\r\n\r\n"));
  EXPECT_TRUE(check_lines("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"));
  EXPECT_TRUE(check_lines("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n"));
  EXPECT_TRUE(check_lines("GET / HTTP/1.1\r\nA : b\r\n\r\n"));
  EXPECT_TRUE(check_lines("GET / HTTP/1.1\r\n: b\r\n\r\n"));
  EXPECT_TRUE(check_lines("GET / HTTP/1.1\r\nb\r\n\r\n"));
  EXPECT_TRUE(check_lines(" GET / HTTP/1.1\r\n\r\n"));
}

int status(Fields fields, int version = 11) {
  if (version == 11) fields.add("Host", "a");
  const auto unfit = check_head({.method = "POST", .target = "/", .version = version, .fields = std::move(fields)});
  return unfit ? unfit->status : 0;
}

TEST(CheckHead, WantsOneWayToFindTheEndOfTheBody) {
  EXPECT_EQ(status({{"Content-Length", "3"}}), 0);
  EXPECT_EQ(status({{"transfer-encoding", "Chunked"}}), 0);
  EXPECT_EQ(status({{"Content-Length", "3"}, {"content-length", "3"}}), 400);
  EXPECT_EQ(status({{"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}), 400);
  for (const char* length : {"", "+3", "-3", "0x3", "3 ", "3,3", "1234567890123456789"}) {
    EXPECT_EQ(status({{"Content-Length", length}}), 400) << length;
  }
  for (const char* coding : {"gzip", "gzip, chunked", "chunked, chunked", "identity", ""}) {
    EXPECT_EQ(status({{"Transfer-Encoding", coding}}), 501) << coding;
  }
  EXPECT_EQ(status({{"Transfer-Encoding", "chunked"}}, 10), 400);
}

TEST(CheckHead, WantsOneHost) {
  EXPECT_EQ(status({{"Host", "b"}}), 400);
  EXPECT_EQ(status({}, 10), 0);
  EXPECT_EQ(status({{"Expect", "100-Continue"}}), 0);
  EXPECT_EQ(status({{"Expect", "more"}}), 417);
}

}  // namespace winnow::server::head_test
