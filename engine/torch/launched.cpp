#include <winnow/engine/torch/launched.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <winnow/engine/hyperparameter_search.hpp>
#include <winnow/engine/torch/rank_process.hpp>
#include <winnow/trainers/context_value.hpp>
#include <winnow/trainers/torch/ranks.hpp>

namespace winnow::hf {
namespace {

using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

constexpr auto kLook = 5ms;    ///< between two looks for an order
constexpr auto kLeaves = 10s;  ///< for a follower to come back from an attempt that is over
constexpr int kHangs = 75;     ///< the exit code of one that doesn't: whoever started it may start another
constexpr auto kHalted = 12s;  ///< for one that would have ended itself by then, if it weren't halted
constexpr std::chrono::milliseconds kStarts = 10min;  ///< for one that is started again, its reading of data included

std::string key(const char* what, std::int64_t number) {
  return std::string(what) + "/" + std::to_string(number);
}

/// What rank 0's attempts have in common.
struct Lead {
  Lead(Board its_board, RankPlace its_place, std::function<void(const std::string&)> on_notice)
      : board(std::move(its_board)), place(std::move(its_place)), notice(std::move(on_notice)) {}
  Board board;
  RankPlace place;
  std::function<void(const std::string&)> notice;
  std::atomic<std::int64_t> next{0};  ///< the number of the next attempt
};

/// Until all others wait for the next attempt: one that has hung in the last, or was killed, is there once whoever
/// starts the ranks has started it again.
Result<void> wait_for_all(const Lead& lead, const std::atomic<bool>& is_cancelled) {
  const auto limit = std::max(lead.place.time_limit, kStarts);
  const auto start = Clock::now();
  for (int rank = 1; rank < lead.place.size; ++rank) {
    auto process = lead.board.find(key("process", rank));
    while (lead.board.find(key("at", rank)) != std::to_string(lead.next)) {
      const auto waited = Clock::now() - start;
      if (is_cancelled)
        return fail(errc::cancelled, "cancelled while rank " + std::to_string(rank) + " was waited for");
      if (waited > limit) return fail(errc::trial_lost, "rank " + std::to_string(rank) + " has not come");
      if (process && waited > kHalted) {
        const bool was_there = end_process(*std::exchange(process, std::nullopt));
        if (was_there) lead.notice("rank " + std::to_string(rank) + " doesn't come back from a trial, and is killed");
      }
      std::this_thread::sleep_for(kLook);
    }
  }
  return {};
}

/// Rank 0's trainable: the others have one too, which they make, restore and advance as it is.
class Leading final : public Trainable {
public:
  Leading(std::unique_ptr<Trainable> own, TrialContext context, std::shared_ptr<Lead> lead)
      : own_(std::move(own)), context_(std::move(context)), lead_(std::move(lead)) {}
  ~Leading() override {
    own_.reset();
    try {
      if (number_) lead_->board.put(key("over", *number_), "");
    } catch (const std::exception&) {  // the others are gone
    }
  }
  Leading(const Leading&) = delete;
  Leading& operator=(const Leading&) = delete;

  Result<Progress> advance() override {
    if (auto ordered = order(""); !ordered) return fail(std::move(ordered.error()));
    return own_->advance();
  }
  Result<void> restore(const std::filesystem::path& file) override {
    if (auto ordered = order(file.string()); !ordered) return ordered;
    return own_->restore(file);
  }
  Result<void> save(const std::filesystem::path& file) override { return own_->save(file); }
  [[nodiscard]] bool can_save() const override { return own_->can_save(); }
  [[nodiscard]] bool can_pause() const override { return own_->can_pause(); }
  void answered(std::size_t taken, Verdict verdict) noexcept override { own_->answered(taken, verdict); }
  void cancel() noexcept override {
    is_cancelled_ = true;
    own_->cancel();
  }

private:
  Result<void> order(const std::string& restore) {
    if (number_) return {};
    if (auto all = wait_for_all(*lead_, is_cancelled_); !all) return all;
    number_ = lead_->next++;
    Board& board = lead_->board;
    board.put(key("order", *number_), Value{{"context", to_value(context_)}, {"restore", restore}}.dump());
    board.put("last", std::to_string(*number_));
    return {};
  }

  std::unique_ptr<Trainable> own_;
  TrialContext context_;
  std::shared_ptr<Lead> lead_;
  std::optional<std::int64_t> number_{};  ///< of the attempt, once the others are told
  std::atomic<bool> is_cancelled_{false};
};

class LeadingTrials final : public TrainableFactory {
public:
  LeadingTrials(std::shared_ptr<TrainableFactory> own, std::shared_ptr<Lead> lead)
      : own_(std::move(own)), lead_(std::move(lead)) {}

  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    TrialContext shared = context;
    shared.ranks = lead_->place;
    auto made = own_->make(shared);
    if (!made) return made;
    return std::make_unique<Leading>(std::move(*made), std::move(shared), lead_);
  }

private:
  std::shared_ptr<TrainableFactory> own_;
  std::shared_ptr<Lead> lead_;
};

/// Ends the process if an attempt isn't left in time after rank 0 has left it: its thread hangs, and would keep all
/// later ones waiting.
class Watchdog {
public:
  Watchdog(const RankPlace& place, std::string over)
      : thread_([place, over = std::move(over)](const std::stop_token& ends) {
          try {
            look(place, over, ends);
          } catch (const RankError&) {  // rank 0 is gone: the attempt ends by that
          }
        }) {}

private:
  static void look(const RankPlace& place, const std::string& over, const std::stop_token& ends) {
    auto board = Board::open(place);  // one of its own: it is used by one thread at a time
    std::optional<Clock::time_point> since;
    std::mutex mutex;
    std::condition_variable_any ended;
    std::unique_lock lock(mutex);
    while (board && !ended.wait_for(lock, ends, 100ms, [&] { return ends.stop_requested(); })) {
      if (!since && board->find(over)) since = Clock::now();
      if (since && Clock::now() - *since > kLeaves) ::_exit(kHangs);
    }
  }

  std::jthread thread_;
};

/// What it comes to is rank 0's to say.
void train_along(TrainableFactory& trials, const Value& order, const RankPlace& place) {
  TrialContext context = context_of(order.at("context"));
  context.ranks = place;
  auto trainable = trials.make(context);
  if (!trainable) return;
  const std::string restore = order.at("restore").get<std::string>();
  if (!restore.empty() && !(*trainable)->restore(restore)) return;
  for (;;) {
    const auto progress = (*trainable)->advance();
    if (!progress || std::holds_alternative<Finished>(*progress)) return;
  }
}

SearchResult follow(Board& board, const RankPlace& place, TrainableFactory& trials) {
  board.put(key("process", place.rank), this_process());
  // One that was started again takes up where the others are: an attempt in which it has been before is lost.
  const auto last = board.find("last");
  std::int64_t next = last ? std::stoll(*last) : 0;
  const auto taken = board.find(key("taken", place.rank));
  if (taken && std::stoll(*taken) >= next) ++next;
  for (;; ++next) {
    board.put(key("at", place.rank), std::to_string(next));
    std::optional<std::string> order;
    while (!(order = board.find(key("order", next)))) {
      if (const auto result = board.find("result")) {
        board.put(key("seen", place.rank), "");
        return result_of(Value::parse(*result));
      }
      std::this_thread::sleep_for(kLook);
    }
    board.put(key("taken", place.rank), std::to_string(next));
    if (board.find(key("over", next))) continue;
    const Watchdog watchdog(place, key("over", next));
    train_along(trials, Value::parse(*order), place);
  }
}

/// The others have to hear of it before this process, which may keep the store, ends.
void tell_result(Board& board, const RankPlace& place, const SearchResult& result) {
  board.put("result", to_value(result).dump());
  const auto end = Clock::now() + kLeaves;
  for (int rank = 1; rank < place.size; ++rank) {
    while (!board.find(key("seen", rank)) && Clock::now() < end) std::this_thread::sleep_for(kLook);
  }
}

/// The store of a process that isn't given one (torchrun's agent gives one): until its end, as another search follows.
Result<void> keep_store(RankPlace& place) {
  static const auto* const kept = new Result<Board>(Board::open(place));
  if (!*kept) return fail(kept->error());
  place.store_is_kept = true;
  return {};
}

Result<int> number_in(const char* name, int least, int most) {
  const char* text = std::getenv(name);
  if (text == nullptr) return fail(errc::invalid_input, std::string(name) + " is not in the environment");
  int number = 0;
  const std::string_view view(text);
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), number);
  if (error == std::errc() && end == view.data() + view.size() && number >= least && number <= most) return number;
  return fail(errc::invalid_input, std::string(name) + ": must be an integer of " + std::to_string(least) + " to " +
                                       std::to_string(most) + ", got '" + text + "'");
}

}  // namespace

Result<std::optional<RankPlace>> launched_place() {
  if (std::getenv("RANK") == nullptr || std::getenv("WORLD_SIZE") == nullptr) return std::nullopt;
  const auto size = number_in("WORLD_SIZE", 1, kMostRanks);
  if (!size) return fail(size.error());
  if (*size == 1) return std::nullopt;
  const auto rank = number_in("RANK", 0, *size - 1);
  if (!rank) return fail(rank.error());
  const auto port = number_in("MASTER_PORT", 1, 65535);
  if (!port) return fail(port.error());
  const char* address = std::getenv("MASTER_ADDR");
  const char* kept = std::getenv("TORCHELASTIC_USE_AGENT_STORE");
  RankPlace place{
      .rank = *rank,
      .size = *size,
      .init_method = std::string("tcp://") + (address ? address : "127.0.0.1") + ":" + std::to_string(*port),
      .store_is_kept = kept != nullptr && std::string_view(kept) == "True"};
  if (std::getenv("WINNOW_RANK_TIMEOUT") != nullptr) {
    const auto seconds = number_in("WINNOW_RANK_TIMEOUT", 1, 1'000'000);
    if (!seconds) return fail(seconds.error());
    place.time_limit = std::chrono::seconds(*seconds);
  }
  return place;
}

SearchResult search_in_ranks(const RankPlace& place, std::size_t number, const SearchOptions& options,
                             const SweepSpec& sweep, std::shared_ptr<TrainableFactory> trials) {
  if (options.slots > 1 || options.ranks > 1) {
    return fail(errc::invalid_input,
                "the ranks that WORLD_SIZE speaks of are one slot together: slots and ranks must be 1, got " +
                    std::to_string(options.slots) + " and " + std::to_string(options.ranks));
  }
  if (options.isolation == Isolation::process) {
    return fail(errc::invalid_input,
                "the ranks that WORLD_SIZE speaks of train in their own processes: isolation must be thread, or none");
  }
  const char* restarts = std::getenv("TORCHELASTIC_RESTART_COUNT");  // whose agent keeps the store from start to start
  RankPlace here = place;
  here.name = "winnow/" + std::string(restarts ? restarts : "0") + "/" + std::to_string(number);
  if (auto kept = keep_store(here); !kept) return fail(std::move(kept.error()));
  auto board = Board::open(here);
  if (!board) return fail(std::move(board.error()));
  try {
    if (place.rank != 0) return follow(*board, here, *trials);
    const auto notice = [&options](const std::string& text) { say(options, text); };
    const auto lead = std::make_shared<Lead>(std::move(*board), here, notice);
    const char* crash = std::getenv("WINNOW_RANK_CRASHED");
    auto result = run_search(options, sweep, std::make_shared<LeadingTrials>(std::move(trials), lead),
                             crash != nullptr ? crash : "");
    tell_result(lead->board, here, result);
    return result;
  } catch (const RankError& error) {
    return fail(error.error());
  }
}

}  // namespace winnow::hf
