/// Text for man(7).
#pragma once

#include <string>
#include <string_view>

namespace winnow::cli::roff {

/// Running text, in one line: no character of it is taken for a request or an escape. Hyphens may end a line, but for
/// those of options.
std::string text(std::string_view text);
/// As it is typed: each hyphen is a minus that can be copied, and no line is broken in it.
std::string literal(std::string_view text);
std::string bold(std::string_view literal_text);
std::string italic(std::string_view literal_text);
/// The argument of a request, in quotes.
std::string quoted(std::string_view text);

}  // namespace winnow::cli::roff
