#include <winnow/search/control.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include <winnow/storage/posix_file.hpp>

namespace winnow {

namespace asio = boost::asio;
using Stream = asio::local::stream_protocol;
using Failure = boost::system::error_code;

namespace {

constexpr std::size_t kLongestLine = std::size_t{64} * 1024;

/// A socket's path holds 107 bytes; a run directory's may be longer. So it is named through the open directory.
class SocketPath {
public:
  explicit SocketPath(const RunDir& dir) : dir_(posix::open(dir.root, O_PATH | O_DIRECTORY)) {}
  [[nodiscard]] Stream::endpoint endpoint() const {
    return fmt::format("/proc/self/fd/{}/{}", dir_.fd(), RunDir::kControl);
  }

private:
  posix::File dir_;
};

/// The first `size` bytes of what was read; discarded if they are no JSON.
Value take_line(asio::streambuf& input, std::size_t size) {
  const auto begin = asio::buffers_begin(input.data());
  Value line = Value::parse(begin, begin + static_cast<std::ptrdiff_t>(size), nullptr, false);
  input.consume(size);
  return line;
}

/// One client: a line in, a line out, and that again until it leaves.
class Conversation : public std::enable_shared_from_this<Conversation> {
public:
  Conversation(Stream::socket socket, const ControlServer::Handler& handler)
      : socket_(std::move(socket)), handler_(handler) {}

  void next() {
    asio::async_read_until(socket_, input_, '\n', [me = shared_from_this()](const Failure& failure, std::size_t size) {
      if (!failure) me->answer(size);
    });
  }

private:
  void answer(std::size_t size) {
    const Value request = take_line(input_, size);
    const Result<void> done =
        request.is_object() ? handler_(request) : fail(errc::invalid_input, "a request is a JSON object");
    const OrderedJson answer = done ? OrderedJson{{"ok", true}} : OrderedJson{{"error", done.error().message}};
    output_ = answer.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
    asio::async_write(socket_, asio::buffer(output_), [me = shared_from_this()](const Failure& failure, std::size_t) {
      if (!failure) me->next();
    });
  }

  Stream::socket socket_;
  const ControlServer::Handler& handler_;
  asio::streambuf input_{kLongestLine};
  std::string output_;
};

}  // namespace

class ControlServer::Impl {
public:
  Impl(const RunDir& dir, Handler handler) : file_(dir.control()), handler_(std::move(handler)) {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
    const SocketPath path(dir);
    acceptor_.open();
    acceptor_.bind(path.endpoint());
    ::chmod(file_.c_str(), S_IRUSR | S_IWUSR);
    acceptor_.listen();
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Impl() {
    context_.stop();
    thread_.join();
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

private:
  void accept() {
    acceptor_.async_accept([this](const Failure& failure, Stream::socket socket) {
      if (!failure) std::make_shared<Conversation>(std::move(socket), handler_)->next();
      accept();
    });
  }

  std::filesystem::path file_;
  Handler handler_;
  asio::io_context context_{1};
  Stream::acceptor acceptor_{context_};
  std::thread thread_;
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlServer::ControlServer(ControlServer&&) noexcept = default;
ControlServer& ControlServer::operator=(ControlServer&&) noexcept = default;
ControlServer::~ControlServer() = default;

Result<ControlServer> ControlServer::start(const RunDir& dir, Handler handler) {
  try {
    return ControlServer(std::make_unique<Impl>(dir, std::move(handler)));
  } catch (const boost::system::system_error& e) {
    return fail(errc::io, fmt::format("{}: takes no commands: {}", dir.control().string(), e.code().message()));
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
    return fail(errc::invalid_input, "\"op\" must be pause, resume, stop or copy");
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

Result<void> ask_control(const RunDir& dir, const OrderedJson& request) {
  try {
    const SocketPath path(dir);
    asio::io_context context;
    Stream::socket socket(context);
    Failure failure;
    socket.connect(path.endpoint(), failure);
    if (failure) {
      return fail(errc::illegal_state, fmt::format("it takes no commands ({})", failure.message()));
    }
    asio::write(socket, asio::buffer(request.dump() + "\n"));
    asio::streambuf input(kLongestLine);
    const std::size_t size = asio::read_until(socket, input, '\n');
    const Value answer = take_line(input, size);
    if (answer.is_object() && answer.contains("ok")) return {};
    if (answer.is_object() && answer.contains("error") && answer["error"].is_string()) {
      return fail(errc::illegal_state, answer["error"].get<std::string>());
    }
    return fail(errc::io, dir.root.string() + ": the process that runs it gave no answer that can be read");
  } catch (const boost::system::system_error& e) {
    return fail(errc::io, fmt::format("{}: the process that runs it left without an answer ({})", dir.root.string(),
                                      e.code().message()));
  }
}

}  // namespace winnow
