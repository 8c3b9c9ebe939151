#include <ATen/Parallel.h>
#include <dlfcn.h>

#include <winnow/trainers/torch/detail/one_thread.hpp>

namespace winnow {

void use_one_thread() {
  static const bool blas_set = [] {
    if (void* symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
      reinterpret_cast<void (*)(int)>(symbol)(1);
    }
    return true;
  }();
  (void)blas_set;
  if (at::get_num_threads() != 1) at::set_num_threads(1);
}

}  // namespace winnow
