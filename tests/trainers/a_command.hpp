/// One program, driven as a slot drives it.
#pragma once

#include <winnow/trainers/command.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "../temp_dir.hpp"

namespace winnow::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline std::shared_ptr<Spawner>& spawner() {
  static std::shared_ptr<Spawner> one;
  return one;
}

/// Before any test has a thread.
class StartsSpawner : public ::testing::Environment {
public:
  void SetUp() override {
    auto started = Spawner::start();
    ASSERT_TRUE(started.has_value()) << started.error().message;
    spawner() = std::move(*started);
  }
  void TearDown() override { spawner().reset(); }
};
inline const auto* const kStartsSpawner = ::testing::AddGlobalTestEnvironment(new StartsSpawner);

inline std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class ACommand : public ::testing::Test {
protected:
  ACommand() {
    options.directory = folder_.path();
    options.grace = 5;
    context.trial = 3;
    context.seed = 77;
    context.params.set("lr", 0.5);
    context.home = folder_ / "runs" / "mine" / "trials" / "3";
  }

  /// `script` for bash.
  void make(const std::string& script) {
    options.command = {"/bin/bash", "-c", script};
    auto made = command_trainer(options, spawner());
    ASSERT_TRUE(made.has_value()) << made.error().message;
    factory = std::move(*made);
    trainable = *factory->make(context);
  }
  /// The next slice's reports; none at its end.
  Burst reports() {
    auto progress = trainable->advance();
    if (!progress) ADD_FAILURE() << progress.error().message;
    return progress && std::holds_alternative<Burst>(*progress) ? std::get<Burst>(*progress) : Burst();
  }
  /// All reports to the end, each answered `continue`.
  Burst all_reports() {
    Burst all;
    for (Burst burst = reports(); !burst.empty(); burst = reports()) {
      all.insert(all.end(), burst.begin(), burst.end());
      trainable->answered(burst.size(), Verdict::go_on);
    }
    return all;
  }
  [[nodiscard]] std::string log() const { return text_of(context.home / "attempt-1.log"); }
  /// How long ending it takes.
  std::chrono::duration<double> end() {
    const auto begin = std::chrono::steady_clock::now();
    trainable.reset();
    return std::chrono::steady_clock::now() - begin;
  }

  const TempDir folder_;
  CommandOptions options;
  TrialContext context;
  std::unique_ptr<TrainableFactory> factory;
  std::unique_ptr<Trainable> trainable;
};

}  // namespace winnow::test
