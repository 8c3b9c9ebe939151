#include <gtest/gtest.h>

#include <winnow/trainers/out_of_memory.hpp>

namespace winnow::out_of_memory_test {
namespace {

TEST(OutOfDeviceMemory, IsToldByTheWordsOfThoseWhoMeetIt) {
  for (const char* message :
       {"CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 79.15 GiB total capacity; 77.72 GiB already "
        "allocated)",
        "exited with 1; its last lines: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        "CUDA error: out of memory", "HIP out of memory. Tried to allocate 1.00 GiB",
        "XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes."}) {
    EXPECT_TRUE(is_out_of_device_memory(message)) << message;
  }
}

TEST(OutOfDeviceMemory, IsNotWhatTheHostLacks) {
  for (const char* message : {"[enforce fail at alloc_cpu.cpp:66] DefaultCPUAllocator: can't allocate memory",
                              "std::bad_alloc", "MemoryError", "out of memory", ""}) {
    EXPECT_FALSE(is_out_of_device_memory(message)) << message;
  }
}

}  // namespace
}  // namespace winnow::out_of_memory_test
