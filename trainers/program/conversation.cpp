#include <winnow/trainers/program/conversation.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <winnow/trainers/process/shortage.hpp>
#include <winnow/trainers/program/rank.hpp>

namespace winnow::program {
namespace {

constexpr std::size_t kMostStreams = 64;      ///< at once; more wait in the listener's queue
constexpr std::size_t kMostLeftOut = 20;      ///< names that are noted
constexpr useconds_t kNoDescriptor = 20'000;  ///< microseconds until the next try, where there is none for a stream

}  // namespace

Conversation::Conversation(int listener, std::vector<std::string> declared, Suggest suggest, Note note)
    : listener_(listener), declared_(std::move(declared)), suggest_(std::move(suggest)), note_(std::move(note)) {}

Conversation::~Conversation() {
  while (Fd(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC))) {
  }
}

void Conversation::add(Fd socket, int rank) {
  streams_.push_back(std::make_shared<Connection>(std::move(socket), rank));
}

void Conversation::accept() {
  while (streams_.size() < kMostStreams) {
    Fd socket(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket && process::is_shortage(errno) && errno != EAGAIN) ::usleep(kNoDescriptor);  // it can be read at once
    if (!socket) return;
    const int rank = peer_rank(socket.get());
    add(std::move(socket), rank);
    streams_.back()->receive();  // mostly it has said something already
  }
}

void Conversation::wait_for(std::vector<pollfd>& events) const {
  for (const auto& stream : streams_) {
    const short sending = stream->has_unsent() ? POLLOUT : 0;
    events.push_back({stream->open() ? stream->fd() : -1, static_cast<short>(POLLIN | sending), 0});
  }
  events.push_back({streams_.size() < kMostStreams ? listener_ : -1, POLLIN, 0});
}

void Conversation::take_in(std::span<const pollfd> events) {
  const std::size_t known = streams_.size();
  for (std::size_t i = 0; i < known; ++i) {
    if ((events[i].revents & POLLOUT) != 0) streams_[i]->flush();
    if ((events[i].revents & ~POLLOUT) != 0) streams_[i]->receive();
  }
  if (events[known].revents != 0) accept();
  if (closed_) gather(1);  // nobody asks for reports any more: what comes is answered here
}

void Conversation::take_rest() {
  accept();
  for (const auto& stream : streams_) {
    for (std::string_view::size_type before = 0; stream->open();) {
      stream->receive();
      if (stream->lines().size() == before) break;
      before = stream->lines().size();
    }
  }
  ended_ = true;
}

void Conversation::add_report(StepReport report) {
  if (closed_) return;
  burst_.push_back(std::move(report));
  due_.push_back({nullptr, {}});
  last_.reset();
}

Burst Conversation::next_reports(std::size_t most) {
  if (given_ > 0) answer(given_, Verdict::go_on);
  if (held_) {
    const auto held = *std::exchange(held_, std::nullopt);
    hear_suggest(held.first, held.second);
  }
  gather(most);
  Burst given;
  given_ = std::min(most, burst_.size());
  const auto end = burst_.begin() + static_cast<std::ptrdiff_t>(given_);
  given.assign(std::make_move_iterator(burst_.begin()), std::make_move_iterator(end));
  burst_.erase(burst_.begin(), end);
  return given;
}

void Conversation::gather(std::size_t most) {
  for (const auto& stream : streams_) {
    const bool ended = ended_ || !stream->open();
    while (burst_.size() < most && !held_) {
      auto line = stream->lines().next();
      if (!line && ended) line = stream->lines().rest();
      if (!line) break;
      hear(stream, *line);
    }
  }
  std::erase_if(streams_, [](const auto& stream) { return !stream->open() && stream->lines().empty(); });
}

void Conversation::hear(const std::shared_ptr<Connection>& stream, const LineBuffer::Line& line) {
  if (line.too_long) return not_understood(stream, "a line is longer than 1 MiB");
  auto request = parse_line(line.text, declared_);
  if (!request) return not_understood(stream, request.error().message);
  if (auto* reported = std::get_if<ReportRequest>(&*request)) {
    if (closed_) return stream->send(unrecorded_line(*closed_));
    if (stream->rank() > 0) return say(stream, std::string(verdict_line(Verdict::go_on)));
    note_left_out(*reported);
    burst_.push_back(std::move(reported->report));
    due_.push_back({stream, {}});
    last_ = stream;
    return;
  }
  auto& suggest = std::get<SuggestRequest>(*request);
  if (burst_.empty()) return hear_suggest(stream, suggest);
  held_.emplace(stream, std::move(suggest));
}

void Conversation::hear_suggest(const std::shared_ptr<Connection>& stream, const SuggestRequest& request) {
  const auto value = closed_ ? fail(errc::cancelled, "the trial ends") : suggest_(request);
  say(stream, value ? value_line(*value) : error_line(value.error().message));
}

void Conversation::not_understood(const std::shared_ptr<Connection>& stream, const std::string& why) {
  note_("a line on the report channel is not understood: " + why);
  say(stream, error_line(why));
}

void Conversation::note_left_out(const ReportRequest& request) {
  for (const auto& [name, value] : request.left_out) {
    if (left_out_.size() >= kMostLeftOut || !left_out_.emplace(name, value).second) continue;
    note_(name + " is " + value + " in a report: no number, so it is left out");
  }
}

void Conversation::say(const std::shared_ptr<Connection>& stream, std::string text) {
  if (due_.empty()) return stream->send(text);
  due_.push_back({stream, std::move(text)});
}

void Conversation::answer(std::size_t taken, Verdict verdict) {
  std::shared_ptr<Connection> to;
  std::string text;
  const auto send = [&] {
    if (to) to->send(text);
    text.clear();
  };
  std::size_t answered = 0;
  const std::size_t reports = std::exchange(given_, 0);
  // Beyond the last report given only texts may go, up to the next report.
  while (!due_.empty() && (answered < reports || !due_.front().text.empty())) {
    const Answer due = std::move(due_.front());
    due_.pop_front();
    if (due.to != to) send();
    to = due.to;
    if (!due.text.empty()) {
      text += due.text;
    } else {
      ++answered;
      text += answered < taken    ? verdict_line(Verdict::go_on)
              : answered == taken ? verdict_line(verdict)
                                  : unrecorded_line(verdict);
    }
  }
  send();
}

void Conversation::close(Verdict end) {
  if (closed_) return;
  given_ += burst_.size();
  burst_.clear();
  answer(0, end);
  closed_ = end;
  if (held_) {
    const auto held = *std::exchange(held_, std::nullopt);
    hear_suggest(held.first, held.second);
  }
  gather(1);
}

Conversation::Hearing Conversation::hearing() const {
  return last_ ? last_->hearing() : Hearing::deaf;
}

bool Conversation::all_read() const {
  return last_ && last_->all_read();
}

}  // namespace winnow::program
