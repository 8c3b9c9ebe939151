// SigOpt → space → SigOpt is identity, over the files of tests/data/dialects/sigopt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/linear_constraints.hpp>

namespace winnow::sigopt::sigopt_round_trip_test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects/sigopt";

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".json") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(kFolder / file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Space parsed(const std::string& text, const std::string& file) {
  const auto document = parse_document(text, file);
  if (!document) {
    ADD_FAILURE() << document.error().message;
    return {};
  }
  Diagnostics diagnostics(file);
  Space space = read_space(document->root, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  return space;
}

class SigoptFile : public testing::TestWithParam<std::string> {};

TEST_P(SigoptFile, IsTheSameSpaceWhenPrintedAndRead) {
  const Space space = parsed(text_of(GetParam()), GetParam());
  ASSERT_FALSE(space.parameters().empty());
  const PrintedSpace printed = print(space);
  EXPECT_TRUE(printed.notes.empty()) << printed.notes.front();
  const std::string text = printed.json.dump(2);
  const Space again = parsed(text, "printed.json");
  EXPECT_EQ(again, space) << text;
  EXPECT_EQ(print(again).json.dump(2), text);
}

TEST_P(SigoptFile, IsTheSameSpaceByWayOfOurOwnSpelling) {
  const Space space = parsed(text_of(GetParam()), GetParam());
  const OrderedJson file{{"parameters", wandb::to_json(space)}, {"linear_constraints", to_json(space.constraints())}};
  const auto document = parse_document(file.dump(2), "ours.json");
  ASSERT_TRUE(document) << document.error().message;
  Diagnostics diagnostics("ours.json");
  const Space again =
      wandb::read_space(*document->root.find("parameters"), diagnostics, document->root.find("linear_constraints"));
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  EXPECT_EQ(again, space) << file.dump(2);
  EXPECT_EQ(print(again).json.dump(2), print(space).json.dump(2)) << "types count as well: 3.0 is not 3";
}

TEST_P(SigoptFile, IsPrintedAsItStandsIfItIsCanonical) {
  if (!GetParam().starts_with("canonical")) return;
  const auto file = OrderedJson::parse(text_of(GetParam()));
  const OrderedJson json = print(parsed(text_of(GetParam()), GetParam())).json;
  EXPECT_EQ((file.is_array() ? json["parameters"] : json).dump(2), file.dump(2));
}

TEST_P(SigoptFile, IsRecognised) {
  EXPECT_TRUE(looks_like(parse_document(text_of(GetParam()), GetParam())->root));
}

std::string test_name(const testing::TestParamInfo<std::string>& instance) {
  std::string name = instance.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Each, SigoptFile, testing::ValuesIn(files()), test_name);

TEST(SigoptFiles, AreManyEnough) {
  EXPECT_GE(files().size(), 25U);
}

}  // namespace
}  // namespace winnow::sigopt::sigopt_round_trip_test
