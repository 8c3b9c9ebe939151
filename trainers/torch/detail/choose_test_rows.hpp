#pragma once

#include <cstdint>
#include <vector>

namespace winnow {

/// 1 for each row that is held out: this fraction of each class, but never the whole of one. The same in every process.
std::vector<char> choose_test_rows(const std::vector<std::int64_t>& labels, double fraction);

}  // namespace winnow
