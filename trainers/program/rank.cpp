#include <winnow/trainers/program/rank.hpp>

#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace winnow::program {
namespace {

constexpr std::array<std::string_view, 4> kNames{"RANK", "OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};

bool has_rank_itself() {
  for (const std::string_view name : kNames) {
    if (std::getenv(name.data()) != nullptr) return true;
  }
  return false;
}

/// 0: `entry` (`NAME=value`) is no rank.
int rank_in(std::string_view entry) {
  const auto equals = entry.find('=');
  if (equals == std::string_view::npos) return 0;
  const std::string_view name = entry.substr(0, equals);
  const std::string_view text = entry.substr(equals + 1);
  int rank = 0;
  for (const std::string_view known : kNames) {
    if (name == known) std::from_chars(text.data(), text.data() + text.size(), rank);
  }
  return rank;
}

}  // namespace

int peer_rank(int socket) {
  static const bool all_have_one = has_rank_itself();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (all_have_one || ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return 0;
  std::ifstream environment("/proc/" + std::to_string(peer.pid) + "/environ", std::ios::binary);
  for (std::string entry; std::getline(environment, entry, '\0');) {
    if (const int rank = rank_in(entry); rank != 0) return rank;
  }
  return 0;
}

}  // namespace winnow::program
