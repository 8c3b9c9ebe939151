#include <winnow/server/event_handlers.hpp>

#include <charconv>
#include <deque>
#include <stdexcept>

#include <winnow/server/json_body.hpp>
#include <winnow/server/on_workers.hpp>
#include <winnow/server/query.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

using Portion = FollowedSweep::Portion;

constexpr std::int64_t kNoEnd = FollowedSweep::kNoEnd;

/// One follower: first what it lacks, then what comes.
class EventFollower : public std::enable_shared_from_this<EventFollower> {
public:
  /// `to_finish`: not beyond the sweep's end.
  EventFollower(std::shared_ptr<FollowedSweep> sweep, EventFormat format, std::int64_t after, std::int64_t until,
                bool to_finish, Outbox::Limits limits, asio::thread_pool& workers)
      : sweep_(std::move(sweep)),
        format_(format),
        after_(after),
        until_(until),
        to_finish_(to_finish),
        outbox_(Outbox::make(limits)),
        workers_(workers) {}

  /// Empty: that was all.
  asio::awaitable<Chunks> next() {
    const auto me = shared_from_this();
    while (!joined_) {
      if (cancelled_) co_return Chunks{};
      const std::function<Result<Portion>()> some = [me] { return me->catch_up(); };
      const Result<Portion> portion = co_await done_on(workers_, some);
      if (!portion) throw std::runtime_error(portion.error().message);
      after_ = portion->last;
      joined_ = portion->joined;
      if (portion->text != nullptr) co_return Chunks(1, portion->text);
      if (after_ >= until_ || portion->ended) co_return Chunks{};
    }
    co_return co_await outbox_->next();
  }

  /// One of these at a time, for a WebSocket.
  asio::awaitable<Frame> next_frame() {
    const auto me = shared_from_this();
    if (frames_.empty()) {
      const Chunks chunks = co_await next();
      frames_.assign(chunks.begin(), chunks.end());
    }
    if (frames_.empty()) co_return Frame{};
    Frame frame{.data = frames_.front()};
    frames_.pop_front();
    co_return frame;
  }

  void cancel() {
    cancelled_ = true;
    outbox_->close();
  }

private:
  Result<Portion> catch_up() {
    return sweep_->catch_up(after_, until_, format_, until_ == kNoEnd ? outbox_ : nullptr, to_finish_);
  }

  const std::shared_ptr<FollowedSweep> sweep_;
  const EventFormat format_;
  std::int64_t after_;
  const std::int64_t until_;
  const bool to_finish_;
  const std::shared_ptr<Outbox> outbox_;
  asio::thread_pool& workers_;
  std::deque<Chunk> frames_{};
  bool joined_ = false;
  bool cancelled_ = false;  ///< on the connection's strand, as all but catch_up's work
};

/// What a browser's EventSource says when it comes again counts more than the address, which stays the same.
Result<std::int64_t> wanted_after(const Request& request) {
  const std::string* last = request.fields.find("Last-Event-ID");
  if (last == nullptr) return query::integer(request, "since", 0);
  std::int64_t number = -1;
  const auto [at, error] = std::from_chars(last->data(), last->data() + last->size(), number);
  const bool is_number = error == std::errc() && at == last->data() + last->size() && number >= 0;
  if (!is_number) return wrong_field("Last-Event-ID", "is the number of an event");
  return number;
}

EventFormat format_of(const Request& request) {
  const std::string* upgrade = request.fields.find("Upgrade");
  if (upgrade != nullptr && same_name(*upgrade, "websocket")) return EventFormat::array;
  const std::string* accept = request.fields.find("Accept");
  const bool is_sse = accept != nullptr && accept->find("text/event-stream") != std::string::npos;
  return is_sse ? EventFormat::sse : EventFormat::ndjson;
}

Body body_of(const std::shared_ptr<EventFollower>& follower, EventFormat format) {
  if (format == EventFormat::array) {
    return Upgrade{.next = [follower] { return follower->next_frame(); }, .cancel = [follower] { follower->cancel(); }};
  }
  return Stream{.next = [follower] { return follower->next(); }, .cancel = [follower] { follower->cancel(); }};
}

Result<Response> follow(EventFeed& feed, asio::thread_pool& workers, Outbox::Limits limits, const Request& request) {
  auto sweep = feed.follow(request.parameter("id"));
  if (!sweep) return fail(sweep.error());
  const auto after = wanted_after(request);
  if (!after) return fail(after.error());
  const auto last = (*sweep)->last_seq();
  if (!last) return fail(last.error());
  if (*after > *last) return fail(not_yet(*after, *last));
  const std::int64_t until = query::flag(request, "follow", true) ? kNoEnd : *last;
  const EventFormat format = format_of(request);
  // A script's loop over lines is to end; an EventSource would only come again.
  const bool to_finish = find(request.query, "follow") == nullptr && format == EventFormat::ndjson;
  const auto follower =
      std::make_shared<EventFollower>(std::move(*sweep), format, *after, until, to_finish, limits, workers);
  Response response{.body = body_of(follower, format)};
  if (format == EventFormat::array) return response;
  response.fields.set("Content-Type", format == EventFormat::sse ? "text/event-stream" : "application/x-ndjson");
  response.fields.set("X-Accel-Buffering", "no");  // for proxies that would gather it
  return response;
}

}  // namespace

Handlers event_handlers(EventFeed& feed, asio::thread_pool& workers, Outbox::Limits limits) {
  return {{"followEvents", on_workers(workers, [&feed, &workers, limits](const Request& request) {
             return follow(feed, workers, limits, request);
           })}};
}

}  // namespace winnow::server
