#include <winnow/server/http/listener.hpp>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <sstream>

#include <winnow/base/file.hpp>
#include <winnow/server/http/connection.hpp>

namespace winnow::server {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

/// After an accept that failed, most likely for want of a file descriptor: to try again at once would take a core.
constexpr std::chrono::milliseconds kListenerPause{100};

constexpr std::string_view kNoRoom =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";

/// Whether the process at the other end of a Unix socket is of this user (SO_PEERCRED, unix(7)).
bool is_of_this_user(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

/// A socket's path holds 107 bytes; a state directory's may be longer. So it is named through the open directory.
class NamedThroughDirectory {
public:
  explicit NamedThroughDirectory(const std::filesystem::path& path)
      : directory_(posix::open(path.has_parent_path() ? path.parent_path() : ".", O_PATH | O_DIRECTORY)),
        name_(fmt::format("/proc/self/fd/{}/{}", directory_.get(), path.filename().string())) {}
  [[nodiscard]] const std::string& name() const { return name_; }

private:
  Fd directory_;
  std::string name_;
};

void remove_socket(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_socket(path, ignored)) std::filesystem::remove(path, ignored);
}

}  // namespace

Result<tcp::endpoint> parse_address(const std::string& text) {
  const auto wrong = [&] {
    return fail(errc::invalid_input, fmt::format("listen: '{}' isn't ADDRESS:PORT, as 127.0.0.1:7437 is", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong();
  std::string host = text.substr(0, colon);
  std::uint16_t port = 0;
  const auto [end, bad] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (bad != std::errc() || end != text.data() + text.size()) return wrong();
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(host, failure);
  if (failure || address.is_v6() != in_brackets) return wrong();
  return tcp::endpoint(address, port);
}

Listener::Listener(House& house) : house_(house), acceptor_(asio::any_io_executor(asio::make_strand(house.context))) {}

Listener::~Listener() {
  if (!file_.empty()) remove_socket(file_);
}

Result<std::shared_ptr<Listener>> Listener::on_tcp(House& house, const tcp::endpoint& endpoint, const CurrentTls* tls) {
  const auto listener = std::make_shared<Listener>(house);
  listener->tls_ = tls;
  try {
    auto& acceptor = listener->acceptor_;
    acceptor.open(Protocol(endpoint.protocol().family(), IPPROTO_TCP));
    acceptor.set_option(asio::socket_base::reuse_address(true));
    if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    tcp::endpoint bound;
    const auto is = acceptor.local_endpoint();
    bound.resize(is.size());
    std::memcpy(bound.data(), is.data(), is.size());
    std::ostringstream text;
    text << bound;
    listener->address_ = text.str();
  } catch (const boost::system::system_error& e) {
    std::ostringstream text;
    text << endpoint;
    return fail(errc::io, fmt::format("listen: {}: {}", text.str(), e.code().message()));
  }
  return listener;
}

Result<std::shared_ptr<Listener>> Listener::on_unix(House& house, const std::filesystem::path& path) {
  const auto listener = std::make_shared<Listener>(house);
  const NamedThroughDirectory named(path);
  try {
    auto& acceptor = listener->acceptor_;
    remove_socket(path);
    acceptor.open(Protocol(AF_UNIX, 0));
    ::fchmod(acceptor.native_handle(), S_IRUSR | S_IWUSR);  // before it has a name: Linux gives the file this mode
    acceptor.bind(asio::local::stream_protocol::endpoint(named.name()));
    listener->file_ = path;
    acceptor.listen();
  } catch (const boost::system::system_error& e) {
    return fail(errc::io, fmt::format("unix_socket: {}: {}", path.string(), e.code().message()));
  }
  return listener;
}

void Listener::listen() {
  asio::co_spawn(
      acceptor_.get_executor(), [me = shared_from_this()] { return me->run(); }, [](const std::exception_ptr&) {});
}

void Listener::close() {
  asio::post(acceptor_.get_executor(), [me = shared_from_this()] {
    boost::system::error_code ignored;
    me->acceptor_.close(ignored);
  });
}

asio::awaitable<void> Listener::run() {
  while (acceptor_.is_open()) {
    Protocol::socket socket{asio::any_io_executor(asio::make_strand(house_.context))};
    boost::system::error_code failure;
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, failure));
    if (!acceptor_.is_open()) co_return;
    if (!failure) {
      take(std::move(socket));
      continue;
    }
    asio::steady_timer pause(acceptor_.get_executor(), kListenerPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
  }
}

void Listener::take(Protocol::socket socket) {
  ++house_.accepted;
  const bool is_local = !file_.empty();
  const Peer peer{
      .is_local = is_local, .is_owner = is_local && is_of_this_user(socket.native_handle()), .tls = tls_ != nullptr};
  boost::system::error_code failure;
  if (!is_local) socket.set_option(tcp::no_delay(true), failure);
  // The owner's socket has room also when strangers have taken all there is.
  if (!is_local && house_.connections.size() >= house_.options.limits.connections) {
    ++house_.turned_away;
    socket.non_blocking(true, failure);
    if (!peer.tls) socket.write_some(asio::buffer(kNoRoom.data(), kNoRoom.size()), failure);
    return;
  }
  const auto connection = std::make_shared<Connection>(house_, std::move(socket), peer, tls_ ? tls_->get() : nullptr);
  house_.connections.add(connection);
  connection->serve();
}

}  // namespace winnow::server
