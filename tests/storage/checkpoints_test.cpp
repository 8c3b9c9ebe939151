#include <gmock/gmock.h>

#include <chrono>
#include <limits>
#include <random>
#include <thread>

#include <winnow/storage/checkpoints.hpp>
#include <winnow/storage/detail/checksum.hpp>

#include "support.hpp"

namespace winnow::checkpoints_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Step kAny = std::numeric_limits<Step>::max();

CheckpointStore::Writer content(std::string text) {
  return [text = std::move(text)](const fs::path& path) -> Result<void> {
    test::write_file(path, text);
    return {};
  };
}

void save(CheckpointStore& store, TrialId trial, Step step, std::optional<double> merit = std::nullopt) {
  const auto saved = store.save(trial, 1, step, merit, content("model " + std::to_string(step)));
  ASSERT_TRUE(saved) << saved.error().message;
}

/// Steps from 0 to 20 that are there.
std::vector<Step> steps(const CheckpointStore& store, TrialId trial) {
  std::vector<Step> found;
  for (Step step = 0; step <= 20; ++step) {
    if (fs::exists(store.path(trial, step))) found.push_back(step);
  }
  return found;
}

void flip_a_byte(const fs::path& path) {
  std::string bytes = test::read_file(path);
  bytes[bytes.size() / 2] ^= 0x10;
  test::write_file(path, bytes);
}

TEST(Checksum, IsTheCrc32OfZlibAndGoesOn) {
  EXPECT_EQ(checksum("123456789"), 0xCBF43926U);
  EXPECT_EQ(checksum("6789", checksum("12345")), 0xCBF43926U);
  EXPECT_EQ(checksum(std::string_view(), checksum("123456789")), 0xCBF43926U);
}

TEST(Checkpoints, HandBackTheTrainablesOwnFile) {
  const TempDir dir;
  CheckpointStore store(dir / "checkpoints", 1, 1);
  save(store, 3, 9);
  EXPECT_EQ(*store.newest(3, kAny), 9);
  EXPECT_EQ(test::read_file(store.path(3, 9)), "model 9");
  EXPECT_EQ(*store.newest(4, kAny), std::nullopt);
}

TEST(Checkpoints, KeepTheLastAndTheBest) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 1);
  const std::vector<double> merits = {0.1, 0.9, std::nan(""), 0.5, 0.4, 0.3};
  for (Step step = 1; step <= 6; ++step) save(store, 0, step, merits[static_cast<std::size_t>(step) - 1]);
  EXPECT_THAT(steps(store, 0), ElementsAre(2, 5, 6));
  EXPECT_EQ(*store.best(0), 2);
  EXPECT_EQ(*store.newest(0, kAny), 6);
  EXPECT_EQ(*store.newest(0, 5), 5);
  EXPECT_EQ(*store.newest(0, 1), std::nullopt);
}

TEST(Checkpoints, RememberMeritsOverARestart) {
  const TempDir dir;
  {
    CheckpointStore store(dir.path(), 1, 1);
    save(store, 0, 1, 5.0);
    save(store, 0, 2, -std::numeric_limits<double>::infinity());
  }
  CheckpointStore store(dir.path(), 1, 1);
  save(store, 0, 3, 1.0);
  EXPECT_THAT(steps(store, 0), ElementsAre(1, 3));
}

TEST(Checkpoints, ExemptPinnedOnesFromRetention) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  {
    const auto pin = store.pin(0, 1);
    save(store, 0, 1);
    save(store, 0, 2);
    save(store, 0, 3);
    EXPECT_THAT(steps(store, 0), ElementsAre(1, 3));
  }
  save(store, 0, 4);
  EXPECT_THAT(steps(store, 0), ElementsAre(4));
}

TEST(Checkpoints, ArePinnedUntilTheLastPinIsGone) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  std::optional<CheckpointStore::Pin> moved;
  {
    auto first = store.pin(0, 1);
    const auto second = store.pin(0, 1);
    moved.emplace(std::move(first));
  }
  save(store, 0, 1);
  save(store, 0, 2);
  EXPECT_THAT(steps(store, 0), ElementsAre(1, 2));
  moved = store.pin(0, 2);
  save(store, 0, 3);
  EXPECT_THAT(steps(store, 0), ElementsAre(2, 3));
}

TEST(Checkpoints, OfATrialThatIsOverAreThoseThatRetentionKeeps) {
  const TempDir dir;
  for (const int kept : {0, 1}) {
    CheckpointStore store(dir / std::to_string(kept), kept, 0);
    const auto pin = store.pin(0, 1);
    save(store, 0, 1);
    const auto also = store.pin(0, 2);
    save(store, 0, 2);
    ASSERT_TRUE(store.close(0, 1));
    EXPECT_EQ(fs::exists(store.path(0, 1)), false);
    EXPECT_EQ(fs::exists(store.path(0, 2)), kept == 1);
    EXPECT_EQ(fs::exists(dir / std::to_string(kept) / "trial-0"), kept == 1) << "no empty folder";
    EXPECT_EQ(store.save(0, 1, 3, std::nullopt, content("late")).error().code, errc::stale_attempt);
  }
}

TEST(Checkpoints, OfAFailedTrialThatRunsAgainServeTheLaterAttempt) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  save(store, 0, 4);
  ASSERT_TRUE(store.close(0, 1));
  EXPECT_EQ(store.known(0, kAny), 4);
  EXPECT_EQ(*store.claim(0, 2, 4), 4);
  ASSERT_TRUE(store.close(0, 1)) << "of the attempt that failed, heard of late";
  EXPECT_TRUE(store.save(0, 2, 5, std::nullopt, content("model 5")));
  EXPECT_EQ(store.save(0, 1, 6, std::nullopt, content("late")).error().code, errc::stale_attempt);
  EXPECT_THAT(steps(store, 0), ElementsAre(5));
}

TEST(Checkpoints, OfAnAttemptThatIsOutAreRefusedAndChangeNothing) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 0);
  save(store, 0, 1);
  ASSERT_EQ(*store.claim(0, 2, 1), 1);
  const auto refused = store.save(0, 1, 2, std::nullopt, content("of the older"));
  EXPECT_EQ(refused.error().code, errc::stale_attempt);
  EXPECT_EQ(refused.error().message, "attempt 1 of trial 0 is out: attempt 2 has its checkpoints");
  ASSERT_TRUE(store.close(0, 99));
  EXPECT_THAT(steps(store, 0), ElementsAre(1));
}

/// Attempt 1 was given up while it wrote, and wakes when attempt 2 has saved that step.
TEST(Checkpoints, OfTwoAttemptsThatWriteAtTheSameTimeAreTheNewerOnes) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 0);
  const auto older = store.save(0, 1, 5, std::nullopt, [&](const fs::path& file) -> Result<void> {
    EXPECT_EQ(*store.claim(0, 2, std::nullopt), std::nullopt);
    EXPECT_TRUE(store.save(0, 2, 5, std::nullopt, content("of the newer")));
    test::write_file(file, "of the older");
    return {};
  });
  EXPECT_EQ(older.error().code, errc::stale_attempt);
  EXPECT_EQ(test::read_file(store.path(0, 5)), "of the newer");
  EXPECT_EQ(*store.newest(0, kAny), 5);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "trial-0"), {}), 1) << "nothing is left of the older";
}

TEST(Checkpoints, AreKnownWithoutALookAtTheDisk) {
  const TempDir dir;
  {
    CheckpointStore store(dir.path(), 3, 0);
    for (const Step step : {1, 3, 9}) save(store, 7, step);
    EXPECT_EQ(store.known(7, 8), 3);
    EXPECT_EQ(store.known(7, 0), std::nullopt);
    EXPECT_EQ(store.known(8, kAny), std::nullopt);
  }
  CheckpointStore store(dir.path(), 3, 0);
  EXPECT_EQ(store.known(7, kAny), std::nullopt) << "it hasn't looked yet";
  ASSERT_TRUE(store.recover());
  fs::remove_all(dir / "trial-7");
  EXPECT_EQ(store.known(7, kAny), 9);
}

TEST(Checkpoints, AreLookedAtWhenAnAttemptIsToGoOnFromThem) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 3, 0);
  for (const Step step : {1, 2, 3}) save(store, 0, step);
  flip_a_byte(store.path(0, 3));
  EXPECT_EQ(store.known(0, kAny), 3);
  std::vector<std::string> warnings;
  EXPECT_EQ(*store.claim(0, 2, 3, &warnings), 2);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("step-3/state")));
  EXPECT_EQ(store.known(0, kAny), 2) << "the next attempt isn't told of it again";
  ASSERT_TRUE(store.save(0, 2, 4, std::nullopt, content("model 4")));
  EXPECT_EQ(*store.newest(0, kAny), 4);
  ASSERT_TRUE(store.close(0, 99));
  EXPECT_THAT(steps(store, 0), ElementsAre(1, 2, 4)) << "what is damaged doesn't take a place";
}

TEST(Checkpoints, TakeTheLastSavedForTheNewestNotTheHighestStep) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 1);
  save(store, 0, 9, 0.9);
  save(store, 0, 6, 0.1);  // restored from a donor at 5: 9 is of another way
  EXPECT_THAT(steps(store, 0), ElementsAre(6, 9));
  EXPECT_EQ(*store.newest(0, 12), 6);
}

TEST(Checkpoints, ReplaceTheOneOfTheSameStep) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 1);
  save(store, 0, 4);
  ASSERT_TRUE(store.save(0, 1, 4, std::nullopt, content("another")));
  EXPECT_EQ(test::read_file(store.path(0, 4)), "another");
  EXPECT_EQ(*store.newest(0, kAny), 4);
}

TEST(Checkpoints, PassOverAFlippedByteAndSaySo) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 3, 1);
  for (Step step = 1; step <= 3; ++step) save(store, 0, step, static_cast<double>(step));
  flip_a_byte(store.path(0, 3));
  test::write_file(store.path(0, 2).parent_path() / "manifest.json", "{\"format\":1");
  std::vector<std::string> warnings;
  EXPECT_EQ(*store.newest(0, kAny, &warnings), 1);
  EXPECT_THAT(warnings, testing::UnorderedElementsAre(HasSubstr("step-3/state"), HasSubstr("step-2/manifest.json")));
  EXPECT_EQ(*store.best(0), 1);
}

TEST(Checkpoints, PassOverATruncatedFile) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 0);
  save(store, 0, 1);
  save(store, 0, 2);
  fs::resize_file(store.path(0, 2), 0);
  EXPECT_EQ(*store.newest(0, kAny), 1);
}

TEST(Checkpoints, AFailedSaveLeavesTheOldOnes) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  save(store, 0, 1);
  const auto failed = store.save(0, 1, 2, 1.0, [](const fs::path& path) -> Result<void> {
    test::write_file(path, "half");
    return fail(errc::io, "disk full");
  });
  EXPECT_EQ(failed.error().message, "disk full");
  EXPECT_EQ(store.save(0, 1, 3, 1.0, [](const fs::path&) { return Result<void>{}; }).error().code, errc::trial_failed);
  EXPECT_THAT(steps(store, 0), ElementsAre(1));
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "trial-0"), {}), 1);
}

TEST(Checkpoints, ClearWhatACrashLeft) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 0);
  save(store, 0, 1);
  save(store, 0, 2);
  fs::create_directory(dir / "trial-0/.new-1-step-3");
  test::write_file(dir / "trial-0/.new-1-step-3/state", "half");
  fs::create_directory(dir / "trial-0/.gone-step-0");
  fs::rename(dir / "trial-0/step-2", dir / "trial-0/.old-step-2");  // was being replaced
  EXPECT_EQ(*store.newest(0, kAny), 1);
  ASSERT_TRUE(store.recover());
  EXPECT_EQ(*store.newest(0, kAny), 2);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "trial-0"), {}), 2);
}

// --- for other trials

bool is_same_file(const fs::path& a, const fs::path& b) {
  return fs::exists(a) && fs::exists(b) && fs::equivalent(a, b);
}

TEST(Adoption, TakesTheDonorsFileOverWithoutASecondCopy) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 1);
  save(store, 0, 7, 0.9);
  save(store, 1, 3, 0.1);
  save(store, 1, 4, 0.2);
  ASSERT_TRUE(store.adopt(1, 2, 0, 7));
  EXPECT_THAT(steps(store, 1), ElementsAre(7)) << "its own are of another way";
  EXPECT_TRUE(is_same_file(store.path(1, 7), store.path(0, 7)));
  EXPECT_EQ(store.known(1, kAny), 7);
  EXPECT_EQ(*store.claim(1, 2, 7), 7);
  save(store, 0, 8, 1.0);
  save(store, 0, 9, 1.1);
  EXPECT_EQ(test::read_file(store.path(1, 7)), "model 7") << "the donor's may go";
  EXPECT_EQ(store.save(1, 1, 5, std::nullopt, content("late")).error().code, errc::stale_attempt);
}

TEST(Adoption, OfTheSameStepOrOnesOwnReplacesWhatIsThere) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 1);
  save(store, 0, 4);
  ASSERT_TRUE(store.save(1, 1, 4, std::nullopt, content("the loser's")));
  ASSERT_TRUE(store.adopt(1, 2, 0, 4));
  EXPECT_EQ(test::read_file(store.path(1, 4)), "model 4");
  ASSERT_TRUE(store.adopt(1, 3, 1, 4)) << "a schedule's change goes on from the trial's own";
  ASSERT_TRUE(store.adopt(1, 4, 0, 4)) << "again, after a crash";
  EXPECT_EQ(*store.claim(1, 4, 4), 4);
}

TEST(Adoption, IsDoneOnceTheDonorsMayBeGoneWhenTheTrialIsRetried) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  save(store, 0, 4);
  ASSERT_TRUE(store.adopt(1, 2, 0, 4));
  for (Step step = 5; step <= 7; ++step) save(store, 0, step);
  EXPECT_THAT(steps(store, 0), ElementsAre(7));
  ASSERT_TRUE(store.adopt(1, 3, 0, 4));
  EXPECT_EQ(test::read_file(store.path(1, 4)), "model 4");
  const auto gone = store.adopt(2, 1, 0, 4);
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("step-4: there is no such checkpoint"));
}

TEST(Adoption, FailsWithoutAWholeCheckpointOfThatStepAndChangesNothing) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 1);
  save(store, 0, 6);
  save(store, 0, 7);
  save(store, 1, 3);
  EXPECT_FALSE(store.adopt(1, 2, 0, 5)) << "an older or newer one isn't it";
  flip_a_byte(store.path(0, 7));
  EXPECT_FALSE(store.adopt(1, 2, 0, 7));
  EXPECT_THAT(steps(store, 1), ElementsAre(3));
}

TEST(Adoption, OutlivesARestart) {
  const TempDir dir;
  {
    CheckpointStore store(dir.path(), 1, 1);
    save(store, 0, 7, 0.9);
    save(store, 1, 3, 0.1);
    ASSERT_TRUE(store.adopt(1, 2, 0, 7));
  }
  CheckpointStore again(dir.path(), 1, 1);
  ASSERT_TRUE(again.recover());
  EXPECT_EQ(again.known(1, kAny), 7);
}

TEST(Adoption, TakesAWholeFolderBesideTheFile) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 1);
  ASSERT_TRUE(store.save(0, 1, 2, std::nullopt, [](const fs::path& file) -> Result<void> {
    test::write_file(file, "a note");
    fs::create_directories(file.parent_path() / "snapshot" / "deep");
    test::write_file(file.parent_path() / "snapshot" / "deep" / "weights", "0.5");
    return {};
  }));
  ASSERT_TRUE(store.adopt(1, 2, 0, 2));
  EXPECT_EQ(test::read_file(store.path(1, 2).parent_path() / "snapshot" / "deep" / "weights"), "0.5");
}

TEST(Adoption, WhatIsPinnedForOthersOutlivesRetentionAndTheTrialsEnd) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 1, 0);
  save(store, 0, 2);
  {
    const auto pin = store.pin_for_others(0, 2);
    for (Step step = 3; step <= 6; ++step) save(store, 0, step);
    EXPECT_THAT(steps(store, 0), ElementsAre(2, 6));
    ASSERT_TRUE(store.close(0, 1));
    EXPECT_THAT(steps(store, 0), ElementsAre(2, 6));
    ASSERT_TRUE(store.adopt(1, 2, 0, 2));
  }
  EXPECT_EQ(test::read_file(store.path(1, 2)), "model 2");
}

TEST(Checkpoints, OfDifferentTrialsAreSavedAtTheSameTime) {
  const TempDir dir;
  CheckpointStore store(dir / "checkpoints", 1, 1);
  {
    std::vector<std::jthread> threads;
    for (TrialId trial = 0; trial < 8; ++trial) {
      threads.emplace_back([&store, trial] {
        for (Step step = 1; step <= 5; ++step) save(store, trial, step, static_cast<double>(-step));
      });
    }
  }
  for (TrialId trial = 0; trial < 8; ++trial) EXPECT_THAT(steps(store, trial), ElementsAre(1, 5));
}

TEST(Checkpoints, AcknowledgedByAKilledProcessAreThere) {
  const TempDir dir;
  std::mt19937 random(3);
  for (int round = 0; round < 10; ++round) {
    test::Child child([&](int pipe) {
      CheckpointStore store(dir.path(), 1, 0);
      for (Step step = 1;; ++step) {
        if (!store.save(round, 1, step, std::nullopt, content(std::string(100'000, 'm')))) ::_exit(1);
        test::send(pipe, step);
      }
    });
    std::int64_t acknowledged = 0;
    ASSERT_TRUE(test::receive(child.pipe(), acknowledged));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 30'000)(random)));
    child.kill();
    while (test::receive(child.pipe(), acknowledged)) {
    }

    CheckpointStore store(dir.path(), 1, 0);
    ASSERT_TRUE(store.recover());
    std::vector<std::string> warnings;
    EXPECT_GE((*store.newest(round, kAny, &warnings)).value_or(-1), acknowledged);
    EXPECT_THAT(warnings, testing::IsEmpty());
  }
}

}  // namespace
}  // namespace winnow::checkpoints_test
