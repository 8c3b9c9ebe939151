# Finds LibTorch, 1.13 or later, through CMAKE_PREFIX_PATH: TORCH_LIBRARIES, TORCH_INCLUDE_DIRS, TORCH_CXX_FLAGS; of one
# for CUDA TORCH_HAS_CUDA, and TORCH_CUDA_INCLUDE_DIR and TORCH_NCCL_INCLUDE_DIR where those headers are there.
#
# LibTorch's own CMake package is taken where it is for CPUs. One for CUDA stops at a machine without NVIDIA's compiler,
# which nothing here needs: of that its libraries and headers are taken by themselves. So the torch wheel of PyPI
# serves, with CUDA's headers from the wheels that it depends on.
find_path(_torch_config TorchConfig.cmake HINTS ${Torch_DIR} PATH_SUFFIXES Torch share/cmake/Torch NO_CACHE)
if(_torch_config)
  set(Torch_DIR ${_torch_config} CACHE PATH "Where LibTorch's TorchConfig.cmake is")
  get_filename_component(_torch_root ${_torch_config}/../../.. ABSOLUTE)
endif()
if(_torch_config AND EXISTS ${_torch_root}/lib/libtorch_cuda.so)
  set(TORCH_INCLUDE_DIRS ${_torch_root}/include ${_torch_root}/include/torch/csrc/api/include)
  # The wheel's libtorch.so has parts of an old libstdc++ (std::filesystem) to be found by others: the real one first.
  set(TORCH_LIBRARIES stdc++ -Wl,--no-as-needed,${_torch_root}/lib/libtorch_cuda.so,--as-needed)
  foreach(_library torch torch_cpu c10 c10_cuda)
    list(APPEND TORCH_LIBRARIES ${_torch_root}/lib/lib${_library}.so)
  endforeach()
  file(STRINGS ${_torch_config}/TorchConfig.cmake _torch_flags REGEX "_GLIBCXX_USE_CXX11_ABI=[01]")
  string(REGEX MATCH "-D_GLIBCXX_USE_CXX11_ABI=[01]" TORCH_CXX_FLAGS "${_torch_flags}")
  set(TORCH_HAS_CUDA TRUE)
  file(GLOB _cuda_wheels ${_torch_root}/../nvidia/cu*/include)
  find_path(TORCH_CUDA_INCLUDE_DIR cuda_runtime_api.h HINTS ${_cuda_wheels} /usr/local/cuda/include)
  # What ProcessGroupNCCL's header needs besides is in the wheels nvidia-cuda-crt and nvidia-cuda-cccl, if not in a toolkit.
  if(EXISTS ${TORCH_CUDA_INCLUDE_DIR}/crt/host_config.h AND EXISTS ${TORCH_CUDA_INCLUDE_DIR}/nv/target)
    find_path(TORCH_NCCL_INCLUDE_DIR nccl.h HINTS ${_torch_root}/../nvidia/nccl/include)
  endif()
else()
  find_package(Torch CONFIG QUIET GLOBAL)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Torch REQUIRED_VARS TORCH_LIBRARIES TORCH_INCLUDE_DIRS)
mark_as_advanced(TORCH_CUDA_INCLUDE_DIR TORCH_NCCL_INCLUDE_DIR)
