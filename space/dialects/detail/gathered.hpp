/// Parameters on their way from a file to a space, each with its place, so that what the space as a whole refuses is
/// said where it stands. And what dialects without conditions or constraints have to say. Not part of the interface.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::dialects {

class Gathered {
public:
  Gathered(std::string path, Diagnostics& diagnostics) : path_(std::move(path)), diagnostics_(diagnostics) {}

  void add(Parameter parameter, Position position);
  /// An empty space if there is an error, which is said; `root` is where the space starts.
  Space finish(const Node& root);

  /// `name` behind the path of the space.
  [[nodiscard]] std::string path_of(std::string_view name) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }

private:
  std::string path_;
  Diagnostics& diagnostics_;
  std::vector<Parameter> parameters_;
  std::vector<Position> positions_;
};

/// A line for each condition and each constraint of the space, which `dialect` can't express.
void note_conditions(const Parameter& parameter, std::string_view dialect, std::vector<std::string>& notes);
void note_constraints(const Space& space, std::string_view dialect, std::vector<std::string>& notes);

/// True if all weights are the same, or there are none.
bool equal_weights(const Categorical& domain);

/// As `shown`, which has no infinities.
std::string shown_number(const Value& value);

/// The whole number that a value is, 3.0 included; nullopt if it is none within 64 bits.
std::optional<std::int64_t> as_integer(const Value& value);

/// The elements of a list; numbers that no file of Winnow's can hold are texts there: `Infinity`, `-Infinity`, `NaN`.
std::vector<Value> as_choices(const Value& list);

/// Node for a value that stands in no file, or at `position` in another spelling; its texts are quoted ones.
Node as_node(const Value& value, Position position = {});

}  // namespace winnow::dialects
