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

/// They differ in blanks, case and separators only: `val_loss`, `val/loss`.
bool alike(std::string_view a, std::string_view b);

/// The name of `known` that is probably meant by `word`, or "": one that is alike, else one of which the other is the
/// last part (`loss`, `train/loss`), else the nearest.
std::string meant_by(std::string_view word, std::span<const std::string> known);

/// For messages: in quotes where a blank or another character that isn't seen is in it.
std::string visible(const std::string& name);

}  // namespace winnow
