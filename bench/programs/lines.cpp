/// A trial for the benchmarks: reports so many lines on descriptor 3, reading the answers beside; or one.
///     lines N         N reports, as fast as they are taken
///     lines first     one report
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace {

bool send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(3, bytes.data(), bytes.size());
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Until as many lines have come.
void read_answers(long count) {
  std::string buffer(65536, '\0');
  while (count > 0) {
    const ssize_t n = ::read(3, buffer.data(), buffer.size());
    if (n <= 0) return;
    for (ssize_t i = 0; i < n; ++i) count -= buffer[static_cast<std::size_t>(i)] == '\n' ? 1 : 0;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  if (std::string_view(argv[1]) == "first") {
    send("{\"loss\":1,\"step\":1}\n");
    read_answers(1);
    return 0;
  }
  const long count = std::atol(argv[1]);
  std::thread reader(read_answers, count);
  char line[96];
  for (long step = 1; step <= count; ++step) {
    const int size =
        std::snprintf(line, sizeof line, "{\"loss\":%.6f,\"step\":%ld}\n", 1.0 / static_cast<double>(step), step);
    if (!send({line, static_cast<std::size_t>(size)})) break;
  }
  reader.join();
  return 0;
}
