#include <winnow/trainers/program/place.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <winnow/trainers/program/macros.hpp>

namespace winnow::program {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// What a tool looks for in the folder that it is started in.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kToolFiles = {{{"make", "Makefile"},
                                                                                       {"make", "makefile"},
                                                                                       {"make", "GNUmakefile"},
                                                                                       {"just", "justfile"},
                                                                                       {"uv", "pyproject.toml"},
                                                                                       {"poetry", "pyproject.toml"},
                                                                                       {"pdm", "pyproject.toml"},
                                                                                       {"pixi", "pixi.toml"},
                                                                                       {"cargo", "Cargo.toml"},
                                                                                       {"npm", "package.json"}}};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Python's `-m pkg.train`: the first such of the command.
std::optional<std::string> module_of(const Words& command) {
  for (std::size_t i = 0; i + 1 < command.size(); ++i) {
    if (command[i] == "-m") return command[i + 1];
  }
  return std::nullopt;
}

bool has_module(const fs::path& folder, std::string module) {
  std::replace(module.begin(), module.end(), '.', '/');
  const fs::path path = folder / module;
  return is_there(path.string() + ".py") || is_there(path / "__main__.py") || is_there(path / "__init__.py");
}

/// The words of a text for a shell, as far as they may be names of files.
Words words_in_shell(std::string_view text) {
  Words words(1);
  for (const char c : text) {
    if (std::string_view(" \t\n;&|()<>'\"").find(c) == std::string_view::npos) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

/// Words that may name a file in the folder where the command starts.
Words names_in(const std::string& program, const Words& command) {
  Words names{program};
  for (std::size_t i = 0; i < command.size(); ++i) {
    const Words words = is_shell_text(command, i) ? words_in_shell(command[i]) : Words{command[i]};
    names.insert(names.end(), words.begin(), words.end());
    for (const auto& [tool, file] : kToolFiles) {
      if (command[i] == tool) names.emplace_back(file);
    }
  }
  std::erase_if(names, [](const std::string& name) {
    return name.empty() || name.front() == '-' || name.find("${") != std::string::npos || fs::path(name).is_absolute();
  });
  return names;
}

bool has_any(const fs::path& folder, const Words& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return is_there(folder / name) || is_there(folder / name / "__main__.py");
  });
}

}  // namespace

Place place_of(const std::string& program, const Words& command, const fs::path& base, const fs::path& started_from) {
  const Place beside{base, "the sweep file's folder"};
  if (started_from.empty() || started_from == base) return beside;
  const Place outside{started_from, "where winnow was started"};
  if (const auto module = module_of(command)) {
    if (has_module(base, *module)) return beside;
    if (has_module(started_from, *module)) return outside;
  }
  return has_any(base, names_in(program, command)) ? beside : outside;
}

}  // namespace winnow::program
