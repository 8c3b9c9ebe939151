/// Which characters Python shows as they are in a string's repr (str.isprintable).
#pragma once

namespace winnow::program {

bool printable(char32_t code);

}  // namespace winnow::program
