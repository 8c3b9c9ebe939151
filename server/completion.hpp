/// Waiting in a coroutine for a result that comes by a call from elsewhere: from an actor, another thread.
#pragma once

#include <winnow/server/awaitable.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace winnow::server {

/// Calls `start` with a function that is to be called once, from any thread, with the result; goes on with it on the
/// coroutine's own strand. The function may be copied. It must not be called any more when the server is gone: whoever
/// holds one calls it, or drops it, before. Where all copies
/// are dropped uncalled the coroutine is destroyed. T is movable.
template <class T>
boost::asio::awaitable<T> completion(std::function<void(std::function<void(T)>)> start) {
  auto initiate = [&start](auto handler) {
    const auto executor = boost::asio::get_associated_executor(handler);
    const auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    start([waiting, work = boost::asio::make_work_guard(executor)](T result) {
      boost::asio::post(work.get_executor(), [waiting, result = std::move(result)]() mutable {
        auto resume = std::move(*waiting);
        resume(std::move(result));
      });
    });
  };
  const auto& token = boost::asio::use_awaitable;
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(initiate, token);
}

}  // namespace winnow::server
