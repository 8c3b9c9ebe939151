#include <winnow/server/on_workers.hpp>

#include <stdexcept>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

asio::awaitable<Chunks> next_portion(asio::thread_pool& workers, std::shared_ptr<const Portions> portions) {
  const Portions next = [portions] { return (*portions)(); };
  Result<std::string> text = co_await done_on(workers, next);
  if (!text) throw std::runtime_error(text.error().message);
  Chunks chunks;
  if (!text->empty()) chunks.push_back(chunk(std::move(*text)));
  co_return chunks;
}

}  // namespace

Stream stream_on_workers(asio::thread_pool& workers, Portions portions) {
  return {.next = [&workers, kept = std::make_shared<const Portions>(std::move(portions))] {
    return next_portion(workers, kept);
  }};
}

}  // namespace winnow::server
