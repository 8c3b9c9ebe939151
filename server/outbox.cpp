#include <winnow/server/outbox.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace winnow::server {

namespace asio = boost::asio;

/// What `next` waits by: a timer that never ends by itself. It leaves the outbox when its coroutine is gone, however
/// that comes about.
class Outbox::Waiter {
public:
  Waiter(Outbox& outbox, const asio::any_io_executor& executor)
      : outbox_(outbox),
        timer_(std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max())) {}
  ~Waiter() {
    const std::lock_guard lock(outbox_.mutex_);
    outbox_.waiter_ = nullptr;
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Called under the outbox's lock.
  void wake() {
    asio::post(timer_->get_executor(), [timer = timer_] { timer->cancel(); });
  }
  asio::steady_timer& timer() { return *timer_; }

private:
  Outbox& outbox_;
  std::shared_ptr<asio::steady_timer> timer_;
};

std::shared_ptr<Outbox> Outbox::make(Limits limits) {
  return std::shared_ptr<Outbox>(new Outbox(limits));
}

bool Outbox::push(Chunk chunk) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  bytes_ += chunk->size();
  queued_.push_back(std::move(chunk));
  if (queued_.size() > limits_.chunks || bytes_ > limits_.bytes) {
    std::deque<Chunk>().swap(queued_);
    closed_ = overflowed_ = true;
  }
  wake();
  return !closed_;
}

void Outbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake();
}

bool Outbox::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

void Outbox::wake() {
  if (waiter_ != nullptr) waiter_->wake();
}

Chunks Outbox::take() {
  Chunks taken(std::make_move_iterator(queued_.begin()), std::make_move_iterator(queued_.end()));
  queued_.clear();
  bytes_ = 0;
  return taken;
}

asio::awaitable<Chunks> Outbox::next() {
  const auto me = shared_from_this();
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Waiter waiter(*this, executor);
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (!queued_.empty() || closed_) co_return take();
      waiter_ = &waiter;
    }
    boost::system::error_code woken;
    co_await waiter.timer().async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

Stream Outbox::stream() {
  return {.next = [me = shared_from_this()] { return me->next(); },
          .cancel = [me = shared_from_this()] { me->close(); }};
}

}  // namespace winnow::server
