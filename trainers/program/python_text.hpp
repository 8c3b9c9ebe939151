/// Values as Python spells them: what W&B puts on a program's command line is `str(value)`.
///
/// Floats take the fewest digits that read back as the same bits, with an exponent below 1e-4 and from 1e16 on
/// (Python's float.__repr__); True, False, None; a text by itself is as it is, within a list or a dict it is its repr.
#pragma once

#include <string>
#include <string_view>

#include <winnow/core/value.hpp>

namespace winnow::program {

/// Python's str().
std::string python_str(const OrderedJson& value);
/// Python's repr(): differs for texts.
std::string python_repr(const OrderedJson& value);
std::string python_repr(double value);
/// Of UTF-8; bytes that are none are shown as \xNN.
std::string python_repr(std::string_view text);
/// Python's str(), but a negative float without an exponent, of the same bits: argparse takes `-5e-05` for a flag.
std::string python_argument(const OrderedJson& value);
/// Python's json.dumps(): a blank behind `,` and `:`, nothing but ASCII.
std::string python_json(const OrderedJson& value);

}  // namespace winnow::program
