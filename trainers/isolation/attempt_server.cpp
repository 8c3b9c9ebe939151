#include <winnow/trainers/isolation/attempt_server.hpp>

#include <sys/prctl.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/trainers/context_value.hpp>
#include <winnow/trainers/isolation/wire.hpp>

namespace winnow::isolation {
namespace {

/// Bytes of this process's own; 0: not known.
std::uint64_t own_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8)) * 1024;
  }
  return 0;
}

/// The trainable is used by the thread that calls `serve`; another one listens, so that a cancel is heard in the middle
/// of a slice.
class AttemptServer {
public:
  AttemptServer(int socket, TrainableFactory& factory) : socket_(socket), factory_(factory) {}

  void serve() {
    // It ends with the process: what it waits for may never come.
    std::thread([this] { listen(); }).detach();
    for (;;) {
      const Value call = next(calls_);
      const std::string op = call.at("op").get<std::string>();
      if (op == "leave") break;
      if (op == "rest") {
        end_attempt();
        say({{"memory", own_memory()}});
        continue;
      }
      if (op == "answered") {
        if (trainable_) trainable_->answered(call.at("taken").get<std::size_t>(), call.at("verdict").get<Verdict>());
        continue;
      }
      auto done = catching(errc::trial_failed, [&] { return obey(op, call); });
      Value answer = done ? std::move(*done) : to_value(done.error());
      answer["can_save"] = trainable_ && trainable_->can_save();
      answer["can_pause"] = trainable_ && trainable_->can_pause();
      say(answer);
    }
    end_attempt();
  }

private:
  void end_attempt() {
    const std::lock_guard lock(mutex_);
    running_ = nullptr;
    trainable_.reset();
    cancelled_ = false;
    std::fflush(nullptr);
  }

  Result<Value> obey(const std::string& op, const Value& call) {
    if (op == "make") return make(call);
    if (!trainable_) return fail(errc::illegal_state, "there is no trainable to " + op);
    if (op == "advance") {
      auto progress = trainable_->advance();
      if (!progress) return fail(std::move(progress.error()));
      return to_value(*progress);
    }
    const std::string file = call.at("file").get<std::string>();
    auto done = op == "save" ? trainable_->save(file) : trainable_->restore(file);
    if (!done) return fail(std::move(done.error()));
    return Value::object();
  }

  Result<Value> make(const Value& call) {
    TrialContext context = winnow::context_of(call.at("context"));
    context.own_process = true;
    ::prctl(PR_SET_NAME, ("wnw-trial " + std::to_string(context.trial)).c_str());
    if (call.at("suggest").get<bool>()) {
      context.suggest = [this](std::string_view name, const Domain& domain) { return suggest(name, domain); };
    }
    auto made = factory_.make(context);
    if (!made) return fail(std::move(made.error()));
    const std::lock_guard lock(mutex_);
    trainable_ = std::move(*made);
    running_ = trainable_.get();
    if (cancelled_) running_->cancel();
    return Value::object();
  }

  Result<Value> suggest(std::string_view name, const Domain& domain) {
    say({{"suggest", {{"name", name}, {"domain", domain_json(domain).dump()}}}});
    Value answer = next(values_);
    if (auto error = error_in(answer)) return fail(std::move(*error));
    return std::move(answer.at("value"));
  }

  void listen() {
    while (auto heard = receive(socket_)) {
      const std::string op = heard->at("op").get<std::string>();
      const std::lock_guard lock(mutex_);
      if (op == "cancel") {
        cancelled_ = true;
        if (running_ != nullptr) running_->cancel();
        continue;
      }
      (op == "value" ? values_ : calls_).push_back(std::move(*heard));
      heard_.notify_all();
    }
    ::_exit(0);  // Winnow is gone: nobody hears what comes of this
  }

  Value next(std::deque<Value>& queue) {
    std::unique_lock lock(mutex_);
    heard_.wait(lock, [&] { return !queue.empty(); });
    Value first = std::move(queue.front());
    queue.pop_front();
    return first;
  }

  void say(const Value& value) const {
    if (!send(socket_, value)) ::_exit(0);
  }

  int socket_;
  TrainableFactory& factory_;
  std::unique_ptr<Trainable> trainable_;
  std::mutex mutex_;
  std::condition_variable heard_;
  std::deque<Value> calls_;
  std::deque<Value> values_;
  Trainable* running_ = nullptr;  ///< for a cancel
  bool cancelled_ = false;
};

}  // namespace

void serve_attempt(int socket, TrainableFactory& factory) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);  // what was printed before a crash is in the log
  // Never destroyed: the thread that listens is at it until the process ends.
  (new AttemptServer(socket, factory))->serve();
}

}  // namespace winnow::isolation
