/// All that a program says to Winnow while it runs, and what it is told.
///
/// Lines come on any number of streams and from the standard output; they are answered in their order on each stream.
/// A report's answer is the verdict, which `answer` brings when the report is recorded; one that isn't gets an error
/// (`unrecorded_line`). Anything else is answered at once, or when the reports before it are.
///
/// Of the ranks of a distributed program (rank.hpp) only the first one's reports count: the others are told at once to
/// go on, until the trial ends: whoever waited for the first one here might be what that one waits for elsewhere.
#pragma once

#include <poll.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <winnow/trainers/program/connection.hpp>
#include <winnow/trainers/program/report_line.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::program {

class Conversation {
public:
  using Hearing = Connection::Hearing;
  /// Answers a request for a value.
  using Suggest = std::function<Result<Value>(const SuggestRequest&)>;
  /// Takes note of what was not understood.
  using Note = std::function<void(const std::string&)>;

  /// `listener`: accepts connections to the report socket. `declared`: the metrics that the sweep file names.
  Conversation(int listener, std::vector<std::string> declared, Suggest suggest, Note note);
  /// Whoever still waits for a connection of the last program's is let go.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void add(Fd socket, int rank = 0);

  /// Adds what is to be waited for.
  void wait_for(std::vector<pollfd>& events) const;
  /// Reads what has come. `events`: those that `wait_for` had added, in their order.
  void take_in(std::span<const pollfd> events);
  /// Reads until nothing is left, when the program has ended; the last line of a stream may then lack its end.
  void take_rest();

  /// A report from elsewhere, which has no answer.
  void add_report(StepReport report);
  /// The reports that are there, at most `most`; nothing before their answer. Empty if there is none.
  Burst next_reports(std::size_t most);
  /// The verdict on the last of the first `taken` reports that `next_reports` gave; those before it go on, those behind
  /// it are not recorded.
  void answer(std::size_t taken, Verdict verdict);
  /// Whatever is said without an answer yet, and from now on, is read and not recorded, and is told so. `end`: stop or
  /// pause.
  void close(Verdict end);

  /// Of the stream that the last report came on; `deaf` if it was no stream.
  [[nodiscard]] Hearing hearing() const;
  /// Reports were given, or are there, that have no answer.
  [[nodiscard]] bool waits_for_answer() const { return given_ > 0 || !burst_.empty(); }
  /// It has read all that it was told there.
  [[nodiscard]] bool all_read() const;
  /// What reports had that is no number: names, and the first value of each.
  [[nodiscard]] const std::map<std::string, std::string>& left_out() const { return left_out_; }

private:
  /// What is to be said on a stream: the verdict on a report, or a text that is ready.
  struct Answer {
    std::shared_ptr<Connection> to;  ///< null: nobody
    std::string text;                ///< empty: a verdict
  };

  void accept();
  /// Reads lines until there are `most` reports, or one that must wait for their answer.
  void gather(std::size_t most);
  void hear(const std::shared_ptr<Connection>& stream, const LineBuffer::Line& line);
  void hear_suggest(const std::shared_ptr<Connection>& stream, const SuggestRequest& request);
  /// Says it when the reports before it are answered.
  void say(const std::shared_ptr<Connection>& stream, std::string text);
  void not_understood(const std::shared_ptr<Connection>& stream, const std::string& why);
  void note_left_out(const ReportRequest& request);

  int listener_;
  std::vector<std::string> declared_;
  Suggest suggest_;
  Note note_;
  std::vector<std::shared_ptr<Connection>> streams_;
  Burst burst_;             ///< not given yet
  std::deque<Answer> due_;  ///< in the order in which they came: of the reports given and of burst_, and texts between
  std::size_t given_ = 0;   ///< reports that next_reports gave and that aren't answered
  std::optional<std::pair<std::shared_ptr<Connection>, SuggestRequest>> held_;  ///< waits for the reports before it
  std::shared_ptr<Connection> last_;
  std::map<std::string, std::string> left_out_;
  std::optional<Verdict> closed_;
  bool ended_ = false;
};

}  // namespace winnow::program
