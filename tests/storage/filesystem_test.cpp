#include <gmock/gmock.h>

#include <cstdlib>

#include <winnow/storage/filesystem.hpp>

#include "support.hpp"

namespace winnow::filesystem_test {
namespace {

using test::TempDir;
using testing::HasSubstr;

/// Sets a variable of the environment while it lives.
class Variable {
public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

private:
  const char* name_;
};

constexpr const char* kLocking = "WINNOW_LEDGER_LOCKING";

TEST(FileSystem, OfANetworkIsKnownByItsNumber) {
  EXPECT_EQ(network_name(0x6969), "NFS");
  EXPECT_EQ(network_name(0xFF534D42), "CIFS");
  EXPECT_EQ(network_name(static_cast<std::int32_t>(0xFF534D42)), "CIFS");
  EXPECT_EQ(network_name(0x0BD00BD0), "Lustre");
  EXPECT_EQ(network_name(0xEF53), std::nullopt);      // ext4
  EXPECT_EQ(network_name(0x01021994), std::nullopt);  // tmpfs
  EXPECT_EQ(network_name(0x794C7630), std::nullopt);  // overlayfs
}

TEST(FileSystem, IsThatOfTheFolderAboveWhereThereIsNothingYet) {
  const TempDir dir;
  const auto here = network_file_system(dir.path());
  const auto below = network_file_system(dir / "a/b/c");
  ASSERT_TRUE(here && below);
  EXPECT_EQ(*here, *below);
  EXPECT_EQ(*network_file_system("/proc"), std::nullopt);
  EXPECT_TRUE(network_file_system("not/there"));
}

TEST(FileSystem, SaysHowMuchRoomIsLeft) {
  const TempDir dir;
  const auto room = free_bytes(dir / "not/there");
  ASSERT_TRUE(room) << room.error().message;
  const auto there = std::filesystem::space(dir.path());
  EXPECT_GT(*room, 0U);
  EXPECT_LE(*room, there.capacity);
  EXPECT_NEAR(static_cast<double>(*room), static_cast<double>(there.available), 1e9);  // others write, too
}

TEST(ChooseLocking, TakesTheVariablesWord) {
  const TempDir dir;
  {
    const Variable set(kLocking, "exclusive");
    const auto choice = choose_locking(dir.path());
    EXPECT_EQ(choice->locking, Locking::exclusive);
    EXPECT_THAT(choice->warning, HasSubstr("nobody else can open the ledger"));
  }
  {
    const Variable set(kLocking, "shared");
    EXPECT_EQ(choose_locking(dir.path())->locking, Locking::shared);
    EXPECT_EQ(choose_locking(dir.path())->warning, "");
  }
  const Variable set(kLocking, "sometimes");
  const auto refused = choose_locking(dir.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_input);
  EXPECT_EQ(refused.error().message, "WINNOW_LEDGER_LOCKING: is auto, shared or exclusive, not \"sometimes\"");
}

TEST(ChooseLocking, SharesOnALocalDisk) {
  for (const char* value : {"auto", ""}) {
    const Variable set(kLocking, value);
    const auto choice = choose_locking("/proc");
    ASSERT_TRUE(choice) << choice.error().message;
    EXPECT_EQ(choice->locking, Locking::shared);
  }
}

}  // namespace
}  // namespace winnow::filesystem_test
