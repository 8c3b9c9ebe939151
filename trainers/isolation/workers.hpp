/// The processes that attempts run in, with `isolation: process`: one each, and none is used twice unless the sweep
/// says that it may be.
///
/// A worker is the program itself, started once more: it comes to the same place (trainers/isolation.hpp), makes the
/// trainer, and says so. If it has one thread then, it becomes a template: each attempt gets a copy of it (fork),
/// within milliseconds and with the memory of what is loaded shared. A process that has threads, or a GPU's driver
/// open, can't be copied safely: then each attempt has a program of its own, some of which are started ahead.
///
/// All descend from the helper and have a warden (process/): what an attempt leaves behind ends with it.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/process/seat.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow::isolation {

struct Template;

/// A process for one attempt.
struct Worker {
  std::shared_ptr<Spawner> spawner;  ///< of the seat
  std::unique_ptr<process::Seat> seat;
  Fd channel;                              ///< wire.hpp
  Fd output;                               ///< what it prints; does not block
  std::shared_ptr<const Template> from{};  ///< null: it is no copy
  bool ready = false;                      ///< of a program: has said so
  int process = 0;                         ///< its number, once it runs
  int attempts = 0;                        ///< that it has served
  std::string devices{};                   ///< those that it has served on
  std::uint64_t memory = 0;                ///< bytes of its own after the first
};

class Workers {
public:
  struct Options {
    process::Launch program;
    Value job;              ///< what the program is told before it makes the trainer
    std::size_t ahead = 1;  ///< programs that wait for their attempt, where there are no copies
    int attempts = 1;       ///< that each may serve
  };

  /// Starts the program and waits until it has made the trainer. Fails with what it says, `trial_failed` if it ends
  /// before.
  static Result<std::shared_ptr<Workers>> start(std::shared_ptr<Spawner> spawner, Options options);

  /// What the program said of its trainer (isolation.hpp).
  [[nodiscard]] const Value& about() const { return about_; }
  /// For an attempt on these devices, at once where there is a template; several threads may ask. Fails with
  /// `trial_lost` where the system has run out of something.
  Result<Worker> take(const std::string& devices);
  /// Whether it may serve once more, after an attempt that left it with so much memory of its own (bytes).
  [[nodiscard]] bool may_serve_again(const Worker& worker, std::uint64_t memory) const;
  /// One that waits for its next attempt.
  void give_back(Worker worker);

private:
  Workers(std::shared_ptr<Spawner> spawner, Options options)
      : spawner_(std::move(spawner)), options_(std::move(options)) {}
  Result<void> begin();
  Result<Worker> start_program();
  Result<Value> ready(Worker& worker) const;
  Result<Worker> copy();
  Result<Worker> next_ahead();
  std::optional<Worker> rested(const std::string& devices);

  std::shared_ptr<Spawner> spawner_;
  Options options_;
  Value about_;
  std::mutex mutex_;
  std::shared_ptr<const Template> template_;  ///< null: there are no copies
  std::deque<Worker> ahead_;
  std::vector<Worker> resting_;  ///< have served, and may again
};

}  // namespace winnow::isolation
