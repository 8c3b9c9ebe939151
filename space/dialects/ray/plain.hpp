/// Python that stands in a YAML file of Ray's outside of tune's calls: `b: (0.9, 0.999)`, `n: 2 ** 4`, `x: None`. Not
/// part of the interface.
///
/// Such a text is computed or refused, never taken as the text that YAML sees, unless it is quoted. A text is what can
/// be one and no expression of constants: words, paths, dates.
#pragma once

#include <optional>
#include <string>

#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::ray {

struct Plain {
  std::optional<Node> value{};  ///< what it comes to; neither this nor a problem: it is a text
  std::string problem{};
  std::size_t offset = 0;  ///< of the problem, in the text
};

/// `scalar` is a text. Calls of tune's are texts here.
Plain plain_of(const Node& scalar);

}  // namespace winnow::ray
