/// What the system benchmark's parts share: figures by name, clocks, and sweeps in throw-away directories.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include <winnow/core/value.hpp>
#include <winnow/session/session.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::bench {

/// Names to numbers, in the order of measuring.
using Figures = OrderedJson;

struct Settings {
  double seconds = 10;              ///< of each sustained run
  std::filesystem::path directory;  ///< where the ledgers are written: its disk is what is measured
  double scale = 1;                 ///< of the runs with a fixed amount of work, for a quick look
};

/// Seconds on a clock that only goes forward.
inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// CPU time of all threads of this process so far, user and system, in seconds.
double cpu_seconds();
/// Bytes that the heap has handed out.
double heap_bytes();
/// 4 KiB written and synced with fdatasync, one after the other, for a second, over a file that has its size already.
double fdatasync_per_s(const std::filesystem::path& directory);

/// A new sweep of one parameter, `x` from 0 to 1, without checkpoints. `rest` are further lines of its sweep file.
/// Ends the program with a message if it can't be made.
Session make_session(const std::filesystem::path& root, const std::string& rest);

/// Trains nothing: at step s it reports spread · x + 1/s, `reports` times (0: until it is stopped).
std::shared_ptr<TrainableFactory> trivial_trainer(Step reports, double spread = 1);

/// Ends the program with the error's message, if there is one.
template <class T>
T must(Result<T> result);
[[noreturn]] void die(const std::string& message);

template <class T>
T must(Result<T> result) {
  if (!result) die(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// --- the parts

/// `reports_per_s_N` and what goes with it, N being the number of trainers.
void measure_reports(const Settings& settings, int slots, Figures& figures);
/// `trials_per_s_64`: ask, one report, end.
void measure_trials(const Settings& settings, Figures& figures);
/// `bytes_per_trial`: heap growth of the running system over trials of 27 reports.
void measure_heap(const Settings& settings, Figures& figures);
/// `recovery_s_1e6`: from opening the ledger of a million reports to the first verdict, which is durable.
void measure_recovery(const Settings& settings, Figures& figures);
/// `verdict_ns_1e1`, `verdict_ns_1e6`: ASHA's judge and record.
void measure_verdicts(Figures& figures);
/// `ask_us`: from the request to the durable answer.
void measure_ask(const Settings& settings, Figures& figures);

}  // namespace winnow::bench
