#include <winnow/trainers/process/seat.hpp>

#include <array>

#include <winnow/trainers/process/frame.hpp>

namespace winnow::process {

Seat::Seat(Fd socket, Fd listener, std::string path)
    : socket_(std::move(socket)), listener_(std::move(listener)), path_(std::move(path)) {}

Seat::~Seat() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

bool Seat::start(const Launch& what, int output, int channel) {
  Writer order('S');
  order.put(what.file);
  order.put(what.argv);
  order.put(what.env);
  order.put(what.directory);
  lost_ = !send_frame(socket_.get(), order.body(), std::array{output, channel});
  busy_ = !lost_;
  return busy_;
}

void Seat::signal(int number) {
  Writer order('K');
  order.put(number);
  if (busy_) send_frame(socket_.get(), order.body());
}

News Seat::news() {
  const auto frame = read_frame(socket_.get());
  if (!frame) {
    busy_ = false;
    lost_ = true;
    return {};
  }
  Reader told(frame->body);
  switch (told.kind()) {
    case 'P': return {News::What::running, told.number(), LaunchStep::none};
    case 'F': {
      busy_ = false;
      const auto step = static_cast<LaunchStep>(told.number());
      return {News::What::not_started, told.number(), step};
    }
    case 'E': {
      busy_ = false;
      const int status = told.number();
      lost_ = told.number() != 0;
      return {News::What::ended, status, LaunchStep::none, lost_};
    }
    default: return {};
  }
}

}  // namespace winnow::process
