#pragma once

namespace winnow {

/// The number of threads changes bits. ATen's is a setting of the thread, OpenBLAS's one of the process, which
/// `at::set_num_threads` doesn't reach.
void use_one_thread();

}  // namespace winnow
