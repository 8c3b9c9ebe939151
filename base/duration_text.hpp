#pragma once

#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow {

/// `0.8s`, `12s`, `1m05s`, `2h03m`, `3d04h`
std::string duration_text(double seconds);

/// `2h`, `10m`, `1h30m`, `1.5h`, `90s`, `90`: seconds; days (d) too. Fails with `invalid_input`.
Result<double> parse_duration(std::string_view text);

}  // namespace winnow
