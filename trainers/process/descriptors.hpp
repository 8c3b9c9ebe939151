/// The descriptors and threads of this process.
#pragma once

#include <vector>

namespace winnow::process {

/// Of a program: what Winnow and it speak through. Above the standard ones, below all others.
inline constexpr int kChannel = 3;

/// In no order.
std::vector<int> open_descriptors();
void close_from(int first);

/// 0: they can't be counted.
int count_threads();

}  // namespace winnow::process
