/// Reads a policy's options from the sweep file's object: typed, with defaults, every key accounted for.
///
/// The first problem sticks, so that a caller reads all keys and asks once, at the end, whether that went well.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

/// `max_t: must be at least 1, got 0.5`, with the key beside it, so that whoever has the file can say the line.
tl::unexpected<Error> invalid_option(std::string_view key, std::string_view what);

class OptionReader {
public:
  /// `policy` is named in messages; null counts as an empty object. The value must outlive the reader.
  OptionReader(std::string_view policy, const Value& options);

  /// A finite number, or nullopt if the key is absent (or was no such number: then `finish` fails).
  std::optional<double> number(std::string_view key);
  /// A whole number within int's range (2.0 counts); `fallback`, or nullopt, if absent.
  int integer(std::string_view key, int fallback);
  std::optional<int> integer(std::string_view key);
  std::optional<bool> flag(std::string_view key);
  std::optional<std::string> text(std::string_view key);
  /// As it stands there, or null.
  const Value* value(std::string_view key) { return find(key); }
  std::optional<std::vector<double>> numbers(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);

  /// Fails with `invalid_option` and `key: what; what would be right`: the first problem met, else the first key that
  /// nobody read, with the nearest known one.
  [[nodiscard]] Result<void> finish() const;

private:
  const Value* find(std::string_view key);
  void complain(std::string_view key, std::string_view expected, const Value& found);

  std::string policy_;
  const Value& options_;
  std::vector<std::string> known_;
  std::optional<Error> problem_;
};

}  // namespace winnow
