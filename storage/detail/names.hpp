/// Names that repeat (of metrics, of parameters) and their numbers, from 0, in order of first use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace winnow {

class Names {
public:
  /// The number of `name`, which is new if it is equal to the old size().
  std::uint32_t intern(std::string_view name) {
    if (const auto it = ids_.find(std::string(name)); it != ids_.end()) return it->second;
    ids_.emplace(name, static_cast<std::uint32_t>(names_.size()));
    names_.emplace_back(name);
    return static_cast<std::uint32_t>(names_.size() - 1);
  }
  /// Forgets all but the first `size` names.
  void shrink(std::size_t size) {
    for (; names_.size() > size; names_.pop_back()) ids_.erase(names_.back());
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::string& operator[](std::size_t id) const { return names_[id]; }

private:
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::string> names_;
};

}  // namespace winnow
