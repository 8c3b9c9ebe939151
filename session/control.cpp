#include <winnow/session/control.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include <winnow/base/file.hpp>
#include <winnow/core/json_line.hpp>

namespace winnow {

namespace asio = boost::asio;
using Stream = asio::local::stream_protocol;
using Failure = boost::system::error_code;

namespace {

constexpr std::size_t kLongestLine = std::size_t{64} * 1024;
/// After an accept that failed, most likely for want of a file descriptor: to try again at once would take a core.
constexpr std::chrono::milliseconds kAcceptPause{100};

/// A socket's path holds 107 bytes; a run directory's may be longer. So it is named through the open directory.
class SocketPath {
public:
  explicit SocketPath(const RunDir& dir) : dir_(posix::open(dir.root, O_PATH | O_DIRECTORY)) {}
  [[nodiscard]] Stream::endpoint endpoint() const {
    return fmt::format("/proc/self/fd/{}/{}", dir_.get(), RunDir::kControl);
  }

private:
  Fd dir_;
};

/// The first `size` bytes of what was read; discarded if they are no JSON.
Value take_line(asio::streambuf& input, std::size_t size) {
  const auto begin = asio::buffers_begin(input.data());
  const std::string line(begin, begin + static_cast<std::ptrdiff_t>(size));
  input.consume(size);
  return parse_json_line(line).value_or(Value(Value::value_t::discarded));
}

bool is_copy(const Value& request) {
  return request.is_object() && request.value("op", Value()) == "copy";
}

/// What the conversations of a server share; it outlives them, so they are the last to be destroyed in it.
struct Shared {
  ControlServer::Handler handler;
  ControlServer::Limits limits;
  std::size_t conversations = 0;     ///< used by the context's thread only
  std::function<void()> has_room{};  ///< called there when one has ended
  asio::io_context context{1};
  /// While all clients wait for a handler, the context has nothing to do, and is to stay all the same.
  asio::executor_work_guard<asio::io_context::executor_type> stays{context.get_executor()};
  // A copy takes as long as the ledger is large: commands have a thread of their own, so that none waits for it.
  asio::thread_pool commands{1};
  asio::thread_pool copies{1};

  /// The barrier: whatever a request makes a handler do, the run goes on.
  [[nodiscard]] Result<void> handle(const Value& request) const {
    if (!request.is_object()) return fail(errc::invalid_input, "a request is a JSON object");
    try {
      return handler(request);
    } catch (const std::exception& e) {
      return fail(errc::internal, e.what());
    } catch (...) {
      return fail(errc::internal, "it failed");
    }
  }
};

/// One client: a line in, a line out, and that again until it leaves, or says nothing for too long.
class Conversation : public std::enable_shared_from_this<Conversation> {
public:
  Conversation(Stream::socket socket, Shared& shared)
      : socket_(std::move(socket)), shared_(shared), limit_(shared.context) {
    ++shared_.conversations;
  }
  ~Conversation() {
    --shared_.conversations;
    if (shared_.has_room) shared_.has_room();
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void next() {
    set_limit();
    asio::async_read_until(socket_, input_, '\n', [me = shared_from_this()](const Failure& failure, std::size_t size) {
      me->limit_.cancel();
      if (!failure) return me->take(take_line(me->input_, size));
      if (failure != asio::error::not_found) return;
      me->last_ = true;
      me->say(fail(errc::invalid_input, fmt::format("a request is one line of at most {} bytes", kLongestLine)));
    });
  }

private:
  void take(Value request) {
    asio::thread_pool& worker = is_copy(request) ? shared_.copies : shared_.commands;
    asio::post(worker, [me = shared_from_this(), request = std::move(request)]() mutable {
      // Who waited in vain was told that nothing came of it.
      Result<void> done = me->has_left() ? fail(errc::cancelled, "its sender has left") : me->shared_.handle(request);
      Shared& shared = me->shared_;
      asio::post(shared.context, [me = std::move(me), done = std::move(done)] { me->say(done); });
    });
  }

  void say(const Result<void>& done) {
    const OrderedJson answer = done ? OrderedJson{{"ok", true}} : OrderedJson{{"error", done.error().message}};
    output_ = answer.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
    set_limit();
    asio::async_write(socket_, asio::buffer(output_), [me = shared_from_this()](const Failure& failure, std::size_t) {
      me->limit_.cancel();
      if (!failure && !me->last_) me->next();
    });
  }

  /// Whether the client has closed its end; one that only says no more, as `nc -N` does, still wants its answer.
  [[nodiscard]] bool has_left() {
    pollfd end{.fd = socket_.native_handle(), .events = 0, .revents = 0};
    return ::poll(&end, 1, 0) == 1 && (end.revents & POLLHUP) != 0;
  }

  /// For what comes next; without it the conversation ends.
  void set_limit() {
    limit_.expires_after(shared_.limits.idle);
    limit_.async_wait([me = weak_from_this()](const Failure& cancelled) {
      if (const auto self = me.lock(); self && !cancelled) self->socket_.cancel();
    });
  }

  Stream::socket socket_;
  Shared& shared_;
  asio::steady_timer limit_;
  asio::streambuf input_{kLongestLine};
  std::string output_;
  bool last_ = false;
};

}  // namespace

class ControlServer::Impl {
public:
  Impl(const RunDir& dir, Handler handler, const Limits& limits)
      : file_(dir.control()), shared_{.handler = std::move(handler), .limits = limits} {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    const SocketPath path(dir);
    acceptor_.open();
    ::fchmod(acceptor_.native_handle(), S_IRUSR | S_IWUSR);  // before it has a name: Linux gives the file this mode
    acceptor_.bind(path.endpoint());
    acceptor_.listen();
    shared_.has_room = [this] { accept(); };
    accept();
    thread_ = std::thread([this] { serve(); });
  }
  ~Impl() {
    shared_.commands.stop();
    shared_.copies.stop();
    shared_.commands.join();
    shared_.copies.join();
    shared_.context.stop();
    thread_.join();
    shared_.has_room = nullptr;
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

private:
  /// For want of memory, say, a conversation ends; the others and the run go on.
  void serve() {
    while (!shared_.context.stopped()) {
      try {
        shared_.context.run();
      } catch (const std::exception&) {
        continue;
      }
    }
  }

  /// One more client, unless one is waited for already, or all places are taken: then it waits until one is free.
  void accept() {
    if (accepting_ || shared_.conversations >= shared_.limits.conversations) return;
    accepting_ = true;
    acceptor_.async_accept([this](const Failure& failure, Stream::socket socket) {
      if (failure) return accept_later();
      accepting_ = false;
      try {
        std::make_shared<Conversation>(std::move(socket), shared_)->next();
      } catch (const std::exception&) {  // for want of memory, say: this one ends, the next may have a place
      }
      accept();
    });
  }

  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](const Failure&) {
      accepting_ = false;
      accept();
    });
  }

  std::filesystem::path file_;
  Shared shared_;
  Stream::acceptor acceptor_{shared_.context};
  asio::steady_timer pause_{shared_.context};
  bool accepting_ = false;
  std::thread thread_;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::ControlServer(ControlServer&&) noexcept = default;
ControlServer& ControlServer::operator=(ControlServer&&) noexcept = default;
ControlServer::~ControlServer() = default;

Result<ControlServer> ControlServer::start(const RunDir& dir, Handler handler, const Limits& limits) {
  try {
    return ControlServer(std::make_unique<Impl>(dir, std::move(handler), limits));
  } catch (const std::exception& e) {  // of the socket, or of a thread that can't be made
    return fail(errc::io, fmt::format("{}: takes no commands: {}", dir.control().string(), e.what()));
  }
}

Result<ControlCommand> parse_control(const Value& request) {
  const auto text = [&](const char* key) {
    const auto it = request.find(key);
    return it != request.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  ControlCommand command;
  const auto verb = command_verb(text("op"));
  if (!verb || *verb == CommandVerb::stop_now) {
    return fail(errc::invalid_input, "\"op\" must be pause, resume, retry, stop or copy");
  }
  command.verb = *verb;
  for (const auto& [key, value] : request.items()) {
    if (key == "trial" && value.is_number_integer() && value.get<double>() >= 0 && value.get<double>() < 9e18) {
      command.trial = value.get<TrialId>();
    } else if (key == "now" && value.is_boolean() && *verb == CommandVerb::stop) {
      if (value.get<bool>()) command.verb = CommandVerb::stop_now;
    } else if (key != "op") {
      return fail(errc::invalid_input, fmt::format("\"{}\" is not understood", key));
    }
  }
  return command;
}

OrderedJson to_json(const ControlCommand& command) {
  const bool now = command.verb == CommandVerb::stop_now;
  OrderedJson json{{"op", to_string(now ? CommandVerb::stop : command.verb)}};
  if (command.trial) json["trial"] = *command.trial;
  if (now) json["now"] = true;
  return json;
}

namespace {

/// A request on its way: sent, and its answer awaited.
class Question {
public:
  Question(asio::io_context& context, std::string line) : socket_(context), line_(std::move(line)) {}

  void ask(const Stream::endpoint& endpoint) {
    socket_.async_connect(endpoint, [this](const Failure& failure) {
      failure_ = failure;
      if (failure) return;
      connected_ = true;
      asio::async_write(socket_, asio::buffer(line_), [this](const Failure& unsent, std::size_t) {
        if (unsent) return done(unsent, 0);
        asio::async_read_until(socket_, input_, '\n',
                               [this](const Failure& unread, std::size_t size) { done(unread, size); });
      });
    });
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] const Failure& failure() const { return failure_; }
  [[nodiscard]] Value answer() { return take_line(input_, size_); }

private:
  void done(const Failure& failure, std::size_t size) {
    failure_ = failure;
    size_ = size;
  }

  Stream::socket socket_;
  std::string line_;
  asio::streambuf input_{kLongestLine};
  bool connected_ = false;
  Failure failure_;
  std::size_t size_ = 0;
};

}  // namespace

Result<void> ask_control(const RunDir& dir, const OrderedJson& request, std::chrono::milliseconds limit) {
  std::error_code ignored;
  if (!std::filesystem::exists(dir.control(), ignored)) {
    return fail(errc::illegal_state,
                "it takes no commands: it is `winnow asktell`, whose client decides, or it starts or ends just now");
  }
  const SocketPath path(dir);
  asio::io_context context;
  Question question(context, request.dump() + "\n");
  question.ask(path.endpoint());
  context.run_for(limit);
  if (!context.stopped()) {
    return fail(errc::io, fmt::format("no answer within {} s: it is stopped (`kill -CONT` lets it go on) or it hangs; "
                                      "what it hasn't begun by now it won't do",
                                      std::chrono::duration<double>(limit).count()));
  }
  if (!question.connected()) {
    return fail(errc::illegal_state, fmt::format("it takes no commands ({})", question.failure().message()));
  }
  if (question.failure()) {
    return fail(errc::io, fmt::format("it left without an answer ({})", question.failure().message()));
  }
  const Value answer = question.answer();
  if (answer.is_object() && answer.contains("ok")) return {};
  if (answer.is_object() && answer.contains("error") && answer["error"].is_string()) {
    return fail(errc::illegal_state, answer["error"].get<std::string>());
  }
  return fail(errc::io, "it gave no answer that can be read");
}

}  // namespace winnow
