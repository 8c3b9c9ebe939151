#include <winnow/trainers/program/handover.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace winnow::program {
namespace {

struct Launcher {
  std::string_view name;
  std::string_view waits;   ///< with this it stays; empty: it never does
  std::string_view leaves;  ///< only with this it leaves; empty: it always does
};

constexpr std::array kLaunchers{Launcher{"sbatch", "--wait", ""},   Launcher{"qsub", "-sync", ""},
                                Launcher{"bsub", "-K", ""},         Launcher{"kubectl", "", ""},
                                Launcher{"docker", "", "-d"},       Launcher{"podman", "", "-d"},
                                Launcher{"docker", "", "--detach"}, Launcher{"podman", "", "--detach"}};

/// Also those in a text for a shell.
std::vector<std::string_view> parts_of(std::span<const std::string> words) {
  constexpr std::string_view kBetween = " \t\n;&|()\"'";
  std::vector<std::string_view> parts;
  for (const std::string_view word : words) {
    for (std::size_t at = word.find_first_not_of(kBetween); at != std::string_view::npos;) {
      const std::size_t end = std::min(word.find_first_of(kBetween, at), word.size());
      const std::string_view part = word.substr(at, end - at);
      parts.push_back(part.substr(part.rfind('/') == std::string_view::npos ? 0 : part.rfind('/') + 1));
      at = word.find_first_not_of(kBetween, end);
    }
  }
  return parts;
}

}  // namespace

std::string advice_on_handover(std::span<const std::string> words) {
  const auto parts = parts_of(words);
  const auto has = [&](std::string_view part) { return std::find(parts.begin(), parts.end(), part) != parts.end(); };
  for (const Launcher& launcher : kLaunchers) {
    if (!has(launcher.name) || (!launcher.waits.empty() && has(launcher.waits))) continue;
    if (!launcher.leaves.empty() && !has(launcher.leaves)) continue;
    std::string text(launcher.name);
    text += " hands the work over and leaves at once";
    if (!launcher.waits.empty())
      text.append("; ").append(launcher.name).append(" ").append(launcher.waits).append(" waits");
    if (!launcher.leaves.empty()) text.append("; without ").append(launcher.leaves).append(" it waits");
    return text;
  }
  return "";
}

}  // namespace winnow::program
