#include <gmock/gmock.h>
#include <sys/syscall.h>

#include <chrono>
#include <set>
#include <thread>

#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>

#include "support.hpp"

namespace {

std::set<std::filesystem::path>* synced = nullptr;  ///< what is synced from now on

}  // namespace

/// In the place of the C library's: syncs too, and notes what.
extern "C" int fsync(int fd) {
  std::error_code ignored;
  if (synced != nullptr) {
    synced->insert(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored));
  }
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace winnow::run_dir_test {
namespace {

using test::TempDir;
using testing::HasSubstr;
using testing::IsSupersetOf;

TEST(RunDir, StoresTheSweepFileAsItWasGiven) {
  const TempDir dir;
  const auto made = RunDir::create(dir / "a/b/run", "my.yml", "method: random\r\n# end");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->sweep_file().filename(), "sweep.yaml");
  EXPECT_EQ(test::read_file(made->sweep_file()), "method: random\r\n# end");
  EXPECT_TRUE(std::filesystem::is_directory(made->checkpoints()));
  EXPECT_TRUE(std::filesystem::is_directory(made->logs()));
  EXPECT_EQ(RunDir::create(dir / "json", "sweep.json", "{}")->sweep_file().filename(), "sweep.json");
}

TEST(RunDir, SyncsEveryDirectoryThatGotANewName) {
  const TempDir dir;
  const auto top = std::filesystem::canonical(dir.path());
  std::set<std::filesystem::path> names;
  synced = &names;
  const auto made = RunDir::create(dir / "runs/2026/first", "s.yaml", "a");
  synced = nullptr;
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(names, IsSupersetOf({top, top / "runs", top / "runs/2026", top / "runs/2026/first"}));
}

TEST(RunDir, SaysWhichDirectoryCannotBeMade) {
  const TempDir dir;
  test::write_file(dir / "file", "");
  const auto made = RunDir::create(dir / "file/run", "s.yaml", "a");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, (dir / "file/run").string() + ": cannot make a run directory: Not a directory");
}

TEST(RunDir, RefusesADirectoryWithARunOrWithOtherThings) {
  const TempDir dir;
  const RunDir run = *RunDir::create(dir / "run", "s.yaml", "a");
  ASSERT_TRUE(Ledger::create(run.ledger(), Durability::full));
  const auto again = RunDir::create(dir / "run", "s.yaml", "b");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::invalid_input);
  EXPECT_THAT(again.error().message, HasSubstr("winnow resume"));
  EXPECT_EQ(test::read_file(run.sweep_file()), "a");

  std::filesystem::create_directory(dir / "mine");
  test::write_file(dir / "mine/sweep.yaml", "mine");
  EXPECT_FALSE(RunDir::create(dir / "mine", "s.yaml", "b"));
  EXPECT_EQ(test::read_file(dir / "mine/sweep.yaml"), "mine");
}

TEST(RunDir, TakesAnEmptyDirectoryAndOneWhoseRunNeverBegan) {
  const TempDir dir;
  std::filesystem::create_directory(dir / "run");
  ASSERT_TRUE(RunDir::create(dir / "run", "s.yaml", "a"));
  const auto again = RunDir::create(dir / "run", "s.json", "{}");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(test::read_file(again->sweep_file()), "{}");
  EXPECT_FALSE(std::filesystem::exists(dir / "run/sweep.yaml"));
}

TEST(RunDir, OpensOnlyARun) {
  const TempDir dir;
  EXPECT_FALSE(RunDir::open(dir / "absent"));
  const RunDir run = *RunDir::create(dir / "run", "s.yaml", "a");
  EXPECT_EQ(RunDir::open(dir / "run").error().code, errc::invalid_input);
  ASSERT_TRUE(Ledger::create(run.ledger(), Durability::full));
  EXPECT_TRUE(RunDir::open(dir / "run"));
}

TEST(DirLock, NamesItsOwnerAndEndsWithItsProcess) {
  const TempDir dir;
  const RunDir run = *RunDir::create(dir / "run", "s.yaml", "a");
  test::Child child([&](int pipe) {
    const auto lock = DirLock::acquire(run);
    test::send(pipe, lock ? 1 : 0);
    ::pause();
  });
  std::int64_t locked = 0;
  ASSERT_TRUE(test::receive(child.pipe(), locked));
  ASSERT_EQ(locked, 1);

  const auto busy = DirLock::acquire(run);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, errc::busy);
  EXPECT_THAT(busy.error().message, HasSubstr("is run by pid " + std::to_string(child.pid()) + " on "));
  EXPECT_THAT(busy.error().message, HasSubstr(" since 20"));

  child.kill();
  EXPECT_TRUE(DirLock::acquire(run));
}

TEST(DirLock, IsHeldAlsoWhenItsFileIsDeleted) {
  const TempDir dir;
  const RunDir run = *RunDir::create(dir / "run", "s.yaml", "a");
  const auto held = DirLock::acquire(run);
  ASSERT_TRUE(held);
  std::filesystem::remove(run.lock());
  EXPECT_TRUE(DirLock::owner(run));
  const auto refused = DirLock::acquire(run);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::busy);
  EXPECT_THAT(refused.error().message, HasSubstr("its lock file was deleted"));
}

TEST(RunDir, TakesWhatAProcessLeftThatDiedBetweenItsFolders) {
  const TempDir dir;
  std::filesystem::create_directories(dir / "run/checkpoints");
  EXPECT_TRUE(RunDir::create(dir / "run", "s.yaml", "a"));
}

TEST(DirLock, IsHeldUntilDestruction) {
  const TempDir dir;
  const RunDir run = *RunDir::create(dir / "run", "s.yaml", "a");
  {
    auto first = DirLock::acquire(run);
    const DirLock moved = std::move(*first);
    EXPECT_EQ(DirLock::acquire(run).error().code, errc::busy);
  }
  EXPECT_TRUE(DirLock::acquire(run));
}

}  // namespace
}  // namespace winnow::run_dir_test
