/// "Did you mean …?": the known word closest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace winnow {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment:
/// Damerau, CACM 1964), in bytes. O(|a|·|b|) time.
int edit_distance(std::string_view a, std::string_view b);

/// The word of `known` with the smallest edit distance to `word` (the first among equals), or "" if none is close: a
/// distance of at most 2 that is less than half of `word`'s length.
std::string nearest(std::string_view word, std::span<const std::string> known);

/// `; did you mean max_t?`, or "" if nothing is close: to be put at the end of a message.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace winnow
