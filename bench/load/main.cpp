/// All at once, and nothing lost: bench_load [--sweeps N] [--followers N] [--trials N] [--connections N] [--rounds N]
/// [--winnowd FILE] [--json FILE].
///
/// A winnowd of its own, in a process of its own, shares the machine with the client. Each round has new sweeps: many
/// whose trivial trials run there, and one whose trials connections ask for, report and tell; all of them are followed
/// over WebSockets, and one follower never reads. It fails unless
///
/// - no request fails, and each trial ends once, with each of its reports once;
/// - each follower sees every event of its sweep, once and in order;
/// - the follower that doesn't read is dropped, where there was too much for it;
/// - from the first round to the last the daemon's memory grows by less than a fifth.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "../follower.hpp"

namespace {

using namespace winnow;
using namespace winnow::bench;
using Clock = std::chrono::steady_clock;

constexpr int kTrialsOfASweep = 20;
constexpr std::size_t kTooMuch = std::size_t{4} << 20;  ///< bytes of events that no buffers hold
constexpr std::chrono::seconds kPatience{120};
constexpr const char* kTrivial = R"(name: trivial
method: random
seed: 3
metric: {name: loss, goal: minimize}
parameters: {asymptote: {min: 0.0, max: 1.0}, rate: {min: 0.1, max: 2.0}}
scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}
trainer: {type: landscape, function: learning_curve, steps: 9}
run_cap: 20
)";

struct Load {
  int sweeps = 200;
  int followers = 2000;
  int trials = 20'000;
  int connections = 64;
};

void check(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

struct Follower {
  explicit Follower(asio::io_context& context) : socket(context) {}
  Unix::socket socket;
  EventReader reader{};
  std::int64_t last = 0;
  std::size_t bytes = 0;
  bool in_order = true;  ///< from the first event on
  bool ended = false;
};

asio::awaitable<void> follow(Follower& follower, std::string sweep) {
  co_await upgrade(follower.socket, sweep + "/events?since=0");
  const auto on_piece = [&](std::string_view piece) {
    follower.bytes += piece.size();
    follower.reader.take(piece, [&](std::int64_t seq, double) {
      follower.in_order = follower.in_order && seq == follower.last + 1;
      follower.last = seq;
    });
  };
  co_await read_all(follower.socket, on_piece);
  follower.ended = true;
}

asio::awaitable<void> train(std::filesystem::path socket, std::string sweep, int& told) {
  Connection connection(co_await asio::this_coro::executor, socket);
  while (true) {
    const Value asked = Value::parse(co_await connection.post(sweep + "/ask", "{}"));
    if (asked.contains("done")) co_return;
    if (asked.contains("wait")) continue;
    const std::string trial = R"({"trial":)" + asked["trial"].dump();
    (void)co_await connection.post(sweep + "/report", trial + R"(,"step":1,"metrics":{"loss":0.5}})");
    (void)co_await connection.post(sweep + "/tell", trial + R"(,"state":"complete"})");
    ++told;
  }
}

std::string get(const std::filesystem::path& socket, const std::string& target) {
  asio::io_context context(1);
  std::string answer;
  const auto ask = [&]() -> asio::awaitable<void> {
    Connection connection(co_await asio::this_coro::executor, socket);
    answer = co_await connection.get(target);
  };
  asio::co_spawn(context, ask(), rethrow);
  context.run();
  return answer;
}

class Round {
public:
  Round(const Daemon& daemon, const Load& load) : daemon_(daemon), load_(load) {
    paths_.push_back(new_sweep(daemon.socket(), kSweep + ("run_cap: " + std::to_string(load.trials) + "\n")));
    deaf_.connect(Unix::endpoint(daemon_.socket().string()));
    asio::co_spawn(context_, upgrade(deaf_, paths_.front() + "/events?since=0"), rethrow);
    for (int i = 0; i < load.sweeps; ++i) paths_.push_back(new_sweep(daemon.socket(), kTrivial));
    for (std::size_t i = 0; i < static_cast<std::size_t>(load.followers); ++i) {
      Follower& follower = *followers_.emplace_back(std::make_unique<Follower>(context_));
      follower.socket.connect(Unix::endpoint(daemon_.socket().string()));
      asio::co_spawn(context_, follow(follower, path_of(i)), rethrow);
      context_.poll();
    }
  }

  OrderedJson run() {
    const auto began = Clock::now();
    int told = 0;
    for (int i = 0; i < load_.connections; ++i) {
      asio::co_spawn(context_, train(daemon_.socket(), paths_.front(), told), rethrow);
    }
    run_until("every trial of the clients is told", [&] { return told == load_.trials; });
    const double asked = seconds_since(began);
    run_until("every sweep has finished", [&] { return look_at_sweeps(); });
    for (const auto& [path, sweep] : sweeps_) {
      const bool asked_for = path == paths_.front();
      const auto of = [&sweep = sweep](const char* state) { return sweep["trials"][state].get<std::int64_t>(); };
      check(of("completed") + of("stopped") == (asked_for ? load_.trials : kTrialsOfASweep),
            path + ": " + sweep.dump());
      check(!asked_for || sweep["reports"] == load_.trials, path + ": " + sweep.dump());
    }
    run_until("every follower has seen all", [&] { return all_seen(); });
    look_at_deaf();
    const double all = seconds_since(began);
    return {{"seconds", all}, {"asked_for_trials_per_second", load_.trials / asked}};
  }

private:
  static double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>(Clock::now() - began).count();
  }
  [[nodiscard]] const std::string& path_of(std::size_t follower) const { return paths_[follower % paths_.size()]; }

  void run_until(const std::string& what, const std::function<bool()>& reached) {
    const auto until = Clock::now() + kPatience;
    while (!reached()) {
      check(Clock::now() < until, "it doesn't come that " + what);
      context_.run_for(std::chrono::milliseconds(100));
      context_.restart();
    }
  }

  bool look_at_sweeps() {
    sweeps_.clear();
    std::string after;
    do {
      const Value page = Value::parse(get(daemon_.socket(), "/api/v1/sweeps?limit=1000&after=" + after));
      for (const Value& sweep : page["sweeps"]) {
        const std::string path = "/api/v1/sweeps/" + sweep["id"].get<std::string>();
        if (std::find(paths_.begin(), paths_.end(), path) != paths_.end()) sweeps_[path] = sweep;
      }
      after = page["next"].is_null() ? "" : page["next"].get<std::string>();
    } while (!after.empty());
    return sweeps_.size() == paths_.size() && std::all_of(sweeps_.begin(), sweeps_.end(), [](const auto& sweep) {
             return sweep.second["state"] == "finished";
           });
  }

  bool all_seen() {
    bool all = true;
    for (std::size_t i = 0; i < followers_.size(); ++i) {
      const Follower& follower = *followers_[i];
      check(follower.in_order, path_of(i) + ": a follower missed an event, or had one twice");
      check(!follower.ended, path_of(i) + ": a follower that reads was dropped");
      all = all && follower.last == sweeps_[path_of(i)]["seq"];
    }
    return all;
  }

  /// It was dropped: what it has in its buffers ends.
  void look_at_deaf() {
    if (followers_.empty() || followers_.front()->bytes < kTooMuch) return;
    bool ended = false;
    const auto read = [&]() -> asio::awaitable<void> {
      const auto on_piece = [](std::string_view) {};
      co_await read_all(deaf_, on_piece);
      ended = true;
    };
    asio::co_spawn(context_, read(), rethrow);
    run_until("who doesn't read is dropped", [&] { return ended; });
  }

  const Daemon& daemon_;
  const Load load_;
  asio::io_context context_{1};
  std::vector<std::string> paths_;  ///< the first one's trials are asked for
  std::vector<std::unique_ptr<Follower>> followers_;
  Unix::socket deaf_{context_};
  std::map<std::string, Value> sweeps_;  ///< by path
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("All at once, and nothing lost");
  Load load;
  int rounds = 3;
  std::string winnowd = (std::filesystem::path(argv[0]).parent_path() / "winnowd").string();
  std::string file;
  app.add_option("--sweeps", load.sweeps, "that run there");
  app.add_option("--followers", load.followers, "WebSockets");
  app.add_option("--trials", load.trials, "that clients ask for, report and tell");
  app.add_option("--connections", load.connections, "of these clients");
  app.add_option("--rounds", rounds);
  app.add_option("--winnowd", winnowd);
  app.add_option("--json", file);
  CLI11_PARSE(app, argc, argv);
  allow_many_files();

  const auto dir = TempDir::make("winnow-bench").value();
  const Daemon daemon(winnowd, dir.path() / "state");
  OrderedJson result = OrderedJson::array();
  try {
    for (int i = 0; i < rounds; ++i) {
      result.push_back(Round(daemon, load).run());
      std::this_thread::sleep_for(std::chrono::seconds(2));  // sweeps are put to rest, connections closed
      result.back()["rss_mib"] = resident_mib(daemon.pid());
      std::puts(result.back().dump().c_str());
    }
    const auto first = result.front()["rss_mib"].get<double>();
    const auto last = result.back()["rss_mib"].get<double>();
    check(last < 1.2 * first, "the daemon's memory has grown from the first round to the last");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_load: %s\n", error.what());
    return 1;
  }
  if (!file.empty()) std::ofstream(file) << result.dump(1) << '\n';
  return 0;
}
