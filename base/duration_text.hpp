#pragma once

#include <string>

namespace winnow {

/// `0.8s`, `12s`, `1m05s`, `2h03m`, `3d04h`
std::string duration_text(double seconds);

}  // namespace winnow
