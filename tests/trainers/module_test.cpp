#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/trainers/module.hpp>

#include "../temp_dir.hpp"

namespace winnow::module_test {
namespace {

using testing::HasSubstr;

// Modules that do load are tested in tests/torch.

TEST(TrainerModule, AMissingFileIsNamed) {
  const auto loaded = load_trainer("no/such.so", "mine", {}, "/somewhere");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::invalid_input);
  EXPECT_THAT(loaded.error().message, HasSubstr("/somewhere/no/such.so: no such trainer module"));
}

TEST(TrainerModule, AFileThatIsNoLibraryIsRefused) {
  const test::TempDir folder;
  const auto file = folder / "libtext.so";
  std::ofstream(file) << "not a library";
  const auto loaded = load_trainer(file, "mine", {}, ".");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, errc::invalid_input);
  EXPECT_THAT(loaded.error().message, HasSubstr("can't load the trainer module"));
}

}  // namespace
}  // namespace winnow::module_test
