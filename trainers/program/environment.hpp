/// The environment of a program: that of this process, with some variables set.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::program {

class Environment {
public:
  static Environment of_this_process();

  void set(std::string_view name, std::string_view value);
  /// Unless it is set.
  void set_default(std::string_view name, std::string_view value);
  void unset(std::string_view name);
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// `NAME=value`
  [[nodiscard]] const std::vector<std::string>& entries() const { return entries_; }

private:
  [[nodiscard]] std::size_t place(std::string_view name) const;
  std::vector<std::string> entries_;
};

/// Whether a variable is one that each trial has for itself (docs/programs.md, "What a program finds").
bool is_of_a_trial(std::string_view name);

/// The file that a command's first word means: as it is if there is a slash in it, else searched for in the folders of
/// PATH (relative ones start at `directory`).
std::optional<std::string> find_program(const std::string& word, const Environment& environment,
                                        const std::string& directory);

}  // namespace winnow::program
