#include <winnow/engine/torch/rank_process.hpp>

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include <winnow/base/kill_if.hpp>

namespace winnow::hf {
namespace {

/// Among the fields of /proc/N/stat behind the command's name, which may hold anything.
constexpr int kStartTime = 19;

std::string text_in(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Empty: there is none.
std::string name_of(const std::string& number) {
  const std::string stat = text_in("/proc/" + number + "/stat");
  const auto command_end = stat.rfind(')');
  if (command_end == std::string::npos) return {};
  std::istringstream fields(stat.substr(command_end + 1));
  std::string start;
  for (int i = 0; i <= kStartTime; ++i) fields >> start;
  std::string boot;
  std::istringstream(text_in("/proc/sys/kernel/random/boot_id")) >> boot;
  return number + " " + start + " " + boot;
}

}  // namespace

std::string this_process() {
  return name_of(std::to_string(::getpid()));
}

bool end_process(const std::string& name) {
  const std::string number = name.substr(0, name.find(' '));
  return kill_if(number, [&] { return name_of(number) == name; });
}

}  // namespace winnow::hf
