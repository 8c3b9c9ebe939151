/// Reports out of what a program prints, for programs that cannot be changed.
///
/// A pattern (RE2) per metric, with one group that holds the number; a line in which any of them is found is a report.
/// A match that begins with a letter or a digit begins a name: `loss=(\S+)` isn't found in `val_loss=1`, nor in
/// `val/loss=1`. Of several matches in a line the last one counts that holds a number. The pattern named `step` finds
/// the step: that of the line, else the last one seen. A carriage return ends a line too (progress bars: run.cpp,
/// take_line), and the colours of terminals are taken out first.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::program {

class StdoutPatterns {
public:
  using Patterns = std::vector<std::pair<std::string, std::string>>;  ///< metric (or `step`) to pattern
  /// Fails with `invalid_input` for a pattern that is none or hasn't one group. Can be copied and shared by threads.
  static Result<StdoutPatterns> make(const Patterns& patterns);

  /// Whether there is one for the step.
  [[nodiscard]] bool has_step() const;
  /// What a line reports; `step` is the last one seen, and set by the line's. `odd` is told of a group that holds no
  /// number.
  [[nodiscard]] std::optional<StepReport> read(std::string_view line, std::optional<Step>& step,
                                               const std::function<void(const std::string&)>& odd) const;

private:
  struct One;
  std::shared_ptr<const std::vector<One>> patterns_;
};

}  // namespace winnow::program
