/// NNI's search spaces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/core/random.hpp>
#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/nni.hpp>
#include <winnow/space/draw.hpp>

#include "dialect_files.hpp"

namespace winnow::nni_test {
namespace {

using namespace testing_dialects;
using testing::HasSubstr;

Space space_of(const std::string& file) {
  auto read = read_text(&nni::read_space, text_of(kDialects / "nni" / file), file);
  EXPECT_TRUE(read) << read.error().message;
  return std::move(*read);
}

std::string error_of(const std::string& text) {
  const auto read = read_text(&nni::read_space, text, "s.json");
  return read ? "" : read.error().message;
}

TEST(NniSpace, HasTheLawsOfNni) {
  const Space space = space_of("all_types.json");
  const auto text = [&](const char* name) { return describe(space.find(name)->domain); };
  EXPECT_EQ(text("choice"), R"(one of [1, "two", 3.5])");
  EXPECT_EQ(text("randint"), "integer in [7, 9]");
  EXPECT_EQ(text("quniform"), "uniform in [0, 10], rounded to multiples of 0.5");
  EXPECT_EQ(text("quniform_clipped"), "uniform in [0.04, 0.55], rounded to multiples of 0.1 within the bounds");
  EXPECT_EQ(text("qloguniform"), "log-uniform in [0.25, 20], rounded to multiples of 0.5 within the bounds");
  EXPECT_EQ(text("lognormal"), "log-normal with mu -1 and sigma 0.3");
  EXPECT_EQ(text("qnormal"), "normal with mu 10 and sigma 2, rounded to multiples of 0.5");
}

TEST(NniSpace, OfNestedChoicesHangsOnTheirNames) {
  const Space space = space_of("nested.json");
  EXPECT_EQ(describe(space.find("layer._name")->domain), R"(one of ["Empty", "Conv", "Pool"])");
  EXPECT_EQ(space.find("layer.kernel")->conditions,
            (std::vector<Condition>{{.parent = "layer._name", .values = {"Conv", "Pool"}}}));
  EXPECT_EQ(space.find("layer.stride")->conditions,
            (std::vector<Condition>{{.parent = "layer._name", .values = {"Pool"}}}));
}

TEST(NniSpace, IsWrittenSoThatItReadsTheSame) {
  for (const std::string& file : files_in("nni")) {
    const Space space = space_of(file);
    const PrintedSpace printed = nni::print(space);
    EXPECT_TRUE(printed.notes.empty()) << printed.notes.front();
    const auto again = read_text(&nni::read_space, printed.json.dump(), "again.json");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, space) << file;
  }
}

TEST(NniSpace, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(R"({"x": {"_type": "unifrom", "_value": [0, 1]}})"),
            "s.json:1:17: x._type: unknown type 'unifrom'; did you mean uniform? (there are: choice, randint, uniform, "
            "loguniform, normal, lognormal, quniform, qloguniform, qnormal, qlognormal)");
  EXPECT_THAT(error_of(R"({"x": {"_type": "uniform", "_value": [1, 0]}})"),
              HasSubstr("low (1) must be less than high"));
  EXPECT_THAT(error_of(R"({"x": {"_type": "quniform", "_value": [0, 1]}})"),
              HasSubstr("quniform takes 3 numbers, not 2"));
  EXPECT_THAT(error_of(R"({"x": {"_type": "loguniform", "_value": [0, 1]}})"),
              HasSubstr("min (0) must be greater than 0"));
  EXPECT_THAT(error_of(R"({"x": {"_type": "normal", "_value": [0, 0]}})"),
              HasSubstr("sigma (0) must be greater than 0"));
  EXPECT_THAT(error_of(R"({"x": {"_type": "choice", "_value": []}})"),
              HasSubstr("x._value: must be a list with something"));
  EXPECT_THAT(error_of(R"({"l": {"_type": "choice", "_value": [
                {"_name": "a", "k": {"_type": "choice", "_value": [1]}}, {"_name": "b", "k": {"_type": "choice", "_value": [2]}}]}})"),
              HasSubstr("l.k: stands in two alternatives with other values"));
}

}  // namespace
}  // namespace winnow::nni_test
