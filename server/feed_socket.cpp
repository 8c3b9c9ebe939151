#include <winnow/server/feed_socket.hpp>

#include <fmt/format.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include <winnow/core/json_line.hpp>
#include <winnow/server/feed_frame.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/problem.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kList = "*";
constexpr std::int64_t kMostSeq = 9'007'199'254'740'991;  ///< that a JSON number says exactly

/// What a message asks for.
struct FeedAsk {
  bool follow = true;
  std::string id{};
  std::optional<std::int64_t> since{};
};

Result<FeedAsk> feed_ask(const std::string& text) {
  const auto body = parse_json_line(text);
  if (!body) return fail(errc::invalid_input, "the message isn't JSON: " + body.error().message);
  const bool follow = body->is_object() && body->contains("follow");
  const std::string verb = follow ? "follow" : "unfollow";
  if (!body->is_object() || !body->contains(verb) || !(*body)[verb].is_string()) {
    return fail(errc::invalid_input,
                R"(a message is {"follow": "ID"}, with "since" or without, or {"unfollow": "ID"})");
  }
  FeedAsk ask{.follow = follow, .id = (*body)[verb].get<std::string>()};
  if (ask.id.empty() || ask.id.size() > kLongestId) return wrong_field(verb, "is the name of a sweep");
  for (const auto& [field, value] : body->items()) {
    const bool known = field == verb || (field == "since" && follow && ask.id != kList);
    if (!known) return wrong_field(field, "isn't for this message");
  }
  if (!body->contains("since")) return ask;
  const auto since = whole(*body, "since", 0, kMostSeq);
  if (!since) return fail(since.error());
  ask.since = *since;
  return ask;
}

/// On the connection's strand, but for what `step` does on a worker meanwhile.
class FeedSocket : public std::enable_shared_from_this<FeedSocket> {
public:
  FeedSocket(EventFeed& events, ListFeed& list, asio::thread_pool& workers, const FeedLimits& limits)
      : events_(events), list_(list), workers_(workers), limits_(limits), outbox_(Outbox::make(limits.outbox)) {}

  void received(const std::string& text) {
    if (text.size() > limits_.message_bytes) {
      return refuse("", problem(413, fmt::format("a message has at most {} bytes", limits_.message_bytes)));
    }
    waiting_bytes_ += text.size();
    const bool too_many = rate_.take("", RateLimit::Time::clock::now()) || waiting_bytes_ > limits_.waiting_bytes;
    if (too_many) {
      refuse("", problem(429, "too many messages at once: the connection ends"));
      asked_.clear();
      return outbox_->close();
    }
    asked_.push_back(text);
    outbox_->push(chunk(""));  // wakes `next`
  }

  asio::awaitable<Frame> next() {
    const auto me = shared_from_this();
    while (frames_.empty()) {
      for (; !asked_.empty(); asked_.pop_front()) {
        waiting_bytes_ -= asked_.front().size();
        take(asked_.front());
      }
      if (lacks_some()) {
        const std::function<Result<void>()> some = [me] { return me->step(); };
        const Result<void> stepped = co_await done_on(workers_, some);
        if (!stepped) throw std::runtime_error(stepped.error().message);
        outbox_->push(chunk(""));  // there may be nothing in it, and more to do
      }
      const Chunks chunks = co_await outbox_->next();
      if (chunks.empty()) co_return Frame{};
      for (const Chunk& one : chunks) {
        if (!one->empty()) frames_.push_back(one);
        if (is_frame_of(FrameKind::end, *one)) forget_gone();
      }
    }
    Frame frame{.data = frames_.front(), .binary = true};
    frames_.pop_front();
    co_return frame;
  }

  void cancel() { outbox_->close(); }

private:
  struct Follow {
    std::optional<std::int64_t> since{};  ///< none: from now on
    std::shared_ptr<FollowedSweep> sweep{};
    std::int64_t after = 0;
    bool joined = false;  ///< it lacks nothing of the past
  };
  using Follows = std::map<std::string, Follow, std::less<>>;

  void refuse(std::string_view id, const Problem& why) {
    const std::string json = problem_json(why).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    outbox_->push(chunk(feed_frame(FrameKind::error, id, 0, json)));
  }
  void refuse(std::string_view id, const Error& error) { refuse(id, problem_of(error)); }

  void take(const std::string& text) {
    const auto ask = feed_ask(text);
    if (!ask) return refuse("", ask.error());
    if (ask->id == kList) return ask->follow ? follow_list() : unfollow_list();
    const auto it = follows_.find(ask->id);
    if (!ask->follow) {
      if (it == follows_.end()) return refuse(ask->id, problem(404, "it isn't followed here"));
      if (it->second.sweep != nullptr) it->second.sweep->leave(outbox_);
      std::erase(behind_, ask->id);
      follows_.erase(it);
      return say_end(ask->id);
    }
    if (it != follows_.end()) return refuse(ask->id, problem(409, "it is followed here already"));
    if (follows_.size() >= limits_.follows) {
      return refuse(ask->id, problem(429, fmt::format("a socket follows at most {} sweeps", limits_.follows)));
    }
    follows_.emplace(ask->id, Follow{.since = ask->since});
    behind_.push_back(ask->id);
  }

  void say_end(std::string_view id) {
    outbox_->push(chunk(feed_frame(FrameKind::end, id, 0, R"({"why":"unfollowed"})")));
  }

  void follow_list() {
    if (list_version_) return refuse(kList, problem(409, "it is followed here already"));
    list_version_ = 0;
    joins_list_ = true;
  }

  void unfollow_list() {
    if (!list_version_) return refuse(kList, problem(404, "it isn't followed here"));
    list_.leave(outbox_);
    list_version_.reset();
    joins_list_ = false;
    say_end(kList);
  }

  /// Sweeps that were deleted while they were followed here: they may be followed anew.
  void forget_gone() {
    std::erase_if(follows_, [](const auto& one) { return one.second.joined && one.second.sweep->is_gone(); });
  }

  [[nodiscard]] bool lacks_some() const {
    return !behind_.empty() || joins_list_ || (list_version_ && list_.version() > *list_version_);
  }

  /// A portion of what it lacks, into the outbox. On a worker, while the strand waits for it.
  Result<void> step() {
    if (list_version_ && (joins_list_ || list_.version() > *list_version_)) step_of_list();
    if (behind_.empty()) return {};
    const std::string id = behind_.front();
    behind_.pop_front();
    const auto joined = step_of(id, follows_.at(id));
    if (!joined) {
      refuse(id, joined.error());
      follows_.erase(id);
    } else if (!*joined) {
      behind_.push_back(id);
    }
    return {};
  }

  void step_of_list() {
    if (std::exchange(joins_list_, false)) {
      if (auto joined = list_.join(outbox_); !joined) {
        list_version_.reset();
        return refuse(kList, joined.error());
      }
    }
    const ListFeed::Portion portion = list_.since(*list_version_);
    for (const Chunk& frame : portion.frames) outbox_->push(frame);
    list_version_ = portion.version;
  }

  /// Whether it has joined those who are given what comes.
  Result<bool> step_of(const std::string& id, Follow& follow) {
    if (follow.sweep == nullptr) {
      auto sweep = events_.follow(id);
      if (!sweep) return fail(sweep.error());
      const auto last = (*sweep)->last_seq();
      if (!last) return fail(last.error());
      follow.after = follow.since.value_or(*last);
      if (follow.after > *last) return fail(not_yet(follow.after, *last));
      follow.sweep = std::move(*sweep);
    }
    const auto portion = follow.sweep->catch_up(follow.after, FollowedSweep::kNoEnd, EventFormat::frame, outbox_);
    if (!portion) return fail(portion.error());
    if (portion->text != nullptr) outbox_->push(portion->text);
    follow.after = portion->last;
    follow.joined = portion->joined;
    return follow.joined;
  }

  EventFeed& events_;
  ListFeed& list_;
  asio::thread_pool& workers_;
  const FeedLimits limits_;
  const std::shared_ptr<Outbox> outbox_;
  RateLimit rate_{limits_.rate};
  std::deque<std::string> asked_{};  ///< messages that weren't looked at
  std::size_t waiting_bytes_ = 0;    ///< of them
  std::deque<Chunk> frames_{};
  Follows follows_{};
  std::deque<std::string> behind_{};            ///< of them, those that lack something of the past
  std::optional<std::int64_t> list_version_{};  ///< up to which the list is known; none: it isn't followed
  bool joins_list_ = false;
};

}  // namespace

Handlers feed_socket_handlers(EventFeed& events, ListFeed& list, asio::thread_pool& workers, FeedLimits limits) {
  return {{"followAllEvents", [&events, &list, &workers, limits](Request) -> asio::awaitable<Response> {
             const auto socket = std::make_shared<FeedSocket>(events, list, workers, limits);
             co_return Response{
                 .body = Upgrade{.next = [socket] { return socket->next(); },
                                 .received = [socket](const std::string& text, bool) { socket->received(text); },
                                 .cancel = [socket] { socket->cancel(); }}};
           }}};
}

}  // namespace winnow::server
