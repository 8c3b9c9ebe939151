#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include <winnow/trainers/devices/kfd.hpp>
#include <winnow/trainers/devices/nvml.hpp>
#include <winnow/trainers/devices/visible.hpp>

#include "../temp_dir.hpp"

namespace winnow::find_devices_test {
namespace {

using devices::Machine;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Environment = std::map<std::string, std::string>;

Machine machine() {
  return {Device::Platform::cuda,
          {{.uuid = "GPU-aa00", .memory = 80}, {.uuid = "GPU-aa11", .memory = 40}, {.uuid = "GPU-bb22", .memory = 20}}};
}
Machine divided() {
  return {Device::Platform::cuda,
          {{.uuid = "GPU-aa00", .memory = 80, .parts = {{.id = "MIG-1", .memory = 10}, {.id = "MIG-2", .memory = 20}}},
           {.uuid = "GPU-aa11", .memory = 40}}};
}
Machine amd(int count) {
  return {Device::Platform::rocm, std::vector<devices::Installed>(static_cast<std::size_t>(count))};
}

Result<std::vector<Device>> outcome(const std::optional<Machine>& has, const Environment& environment,
                                    const std::vector<std::string>& named) {
  const auto variable = [&](const char* name) -> std::optional<std::string> {
    const auto it = environment.find(name);
    return it == environment.end() ? std::nullopt : std::optional(it->second);
  };
  return devices::usable(has, variable, named);
}

/// `id@ordinal`, or the error.
std::vector<std::string> found(const std::optional<Machine>& has, const Environment& environment = {},
                               const std::vector<std::string>& named = {}) {
  const auto chosen = outcome(has, environment, named);
  if (!chosen) return {chosen.error().message};
  std::vector<std::string> texts;
  for (const Device& device : *chosen) {
    texts.push_back(device.id + "@" + (device.ordinal ? std::to_string(*device.ordinal) : "?"));
  }
  return texts;
}

TEST(UsableDevices, AreAllOfTheMachineWhereNothingIsSaid) {
  EXPECT_THAT(found(machine()), ElementsAre("0@0", "1@1", "2@2"));
  EXPECT_EQ(outcome(machine(), {}, {})->at(1).memory, 40U);
  EXPECT_THAT(found(std::nullopt), IsEmpty());
}

TEST(UsableDevices, OfADividedDeviceAreItsParts) {
  EXPECT_THAT(found(divided()), ElementsAre("MIG-1@?", "MIG-2@?", "1@?"));
  EXPECT_THAT(found(divided(), {}, {"MIG-2"}), ElementsAre("MIG-2@?"));
  EXPECT_THAT(found(divided(), {{"CUDA_VISIBLE_DEVICES", "MIG-2"}}), ElementsAre("MIG-2@0"));
}

TEST(UsableDevices, AreThoseThatAnEnvironmentLeavesVisible) {
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "2,0"}}), ElementsAre("2@0", "0@1"));
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "GPU-bb, GPU-aa1"}}), ElementsAre("GPU-bb@0", "GPU-aa1@1"));
  EXPECT_THAT(found(std::nullopt, {{"CUDA_VISIBLE_DEVICES", "4,5"}}), ElementsAre("4@0", "5@1"));
  EXPECT_EQ(outcome(machine(), {{"CUDA_VISIBLE_DEVICES", "GPU-bb"}}, {})->at(0).memory, 20U);
}

TEST(UsableDevices, EndBeforeWhatMeansNoDeviceAsInCuda) {
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "1,-1,0"}}), ElementsAre("1@0"));
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "1,7,0"}}), ElementsAre("1@0"));
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "GPU-aa,0"}}), IsEmpty()) << "of two devices";
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", ""}}), IsEmpty());
  EXPECT_THAT(
      found(machine(), {{"CUDA_VISIBLE_DEVICES", "0,GPU-aa00"}}),
      ElementsAre("CUDA_VISIBLE_DEVICES: GPU-aa00 stands twice in 0,GPU-aa00: each device may stand there once"));
}

TEST(UsableDevices, AreThoseThatTheSweepNames) {
  EXPECT_THAT(found(machine(), {}, {"2", "0"}), ElementsAre("2@2", "0@0"));
  EXPECT_THAT(found(machine(), {}, {"GPU-bb"}), ElementsAre("GPU-bb@2"));
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "2,1"}}, {"GPU-aa11"}), ElementsAre("GPU-aa11@1"));
  EXPECT_THAT(found(std::nullopt, {}, {"3", "GPU-x"}), ElementsAre("3@3", "GPU-x@?"));
  EXPECT_THAT(found(std::nullopt, {{"CUDA_VISIBLE_DEVICES", "4,5"}}, {"5"}), ElementsAre("5@1"));
}

TEST(UsableDevices, ANameThatIsntAmongThemIsAnError) {
  EXPECT_THAT(found(machine(), {}, {"3"}), ElementsAre("devices: 3: no such device; there are 0,1,2"));
  EXPECT_THAT(found(machine(), {{"CUDA_VISIBLE_DEVICES", "2,1"}}, {"0"}),
              ElementsAre("devices: 0: no such device; there are 2,1 (CUDA_VISIBLE_DEVICES is 2,1)"));
  EXPECT_THAT(found(std::nullopt, {{"CUDA_VISIBLE_DEVICES", ""}}, {"0"}),
              ElementsAre("devices: 0: no such device; there is none (CUDA_VISIBLE_DEVICES is )"));
  EXPECT_THAT(found(divided(), {}, {"0"}), ElementsAre("devices: 0: no such device; there are MIG-1,MIG-2,1"));
  EXPECT_THAT(found(machine(), {}, {"0", "GPU-aa00"}),
              ElementsAre("devices: GPU-aa00 stands twice; each device may stand there once"));
}

TEST(UsableDevices, OfRocmAreThoseOfItsOwnVariables) {
  EXPECT_THAT(found(amd(3)), ElementsAre("0@0", "1@1", "2@2"));
  EXPECT_THAT(found(amd(3), {{"HIP_VISIBLE_DEVICES", "2"}}), ElementsAre("2@0"));
  EXPECT_THAT(found(amd(3), {{"CUDA_VISIBLE_DEVICES", "1"}}), ElementsAre("1@0"));
  EXPECT_THAT(found(amd(3), {{"ROCR_VISIBLE_DEVICES", "1,2"}}), ElementsAre("0@0", "1@1"));
  EXPECT_THAT(found(std::nullopt, {{"ROCR_VISIBLE_DEVICES", "1,2"}}), ElementsAre("0@0", "1@1"));
  EXPECT_EQ(outcome(std::nullopt, {{"HIP_VISIBLE_DEVICES", "2"}}, {})->at(0).platform, Device::Platform::rocm);
}

TEST(AmdDevices, AreTheNodesWithSimdUnits) {
  const test::TempDir nodes;
  for (const auto& [node, text] : std::map<std::string, std::string>{{"0", "cpu_cores_count 64\nsimd_count 0\n"},
                                                                     {"1", "cpu_cores_count 0\nsimd_count 256\n"}}) {
    std::filesystem::create_directories(nodes.path() / node);
    std::ofstream(nodes.path() / node / "properties") << text;
  }
  EXPECT_EQ(devices::amd_devices(nodes.path()).installed.size(), 1U);
  EXPECT_THAT(devices::amd_devices(nodes.path() / "none").installed, IsEmpty());
}

constexpr const char* kFake = WINNOW_BINARY_DIR "/lib/test_nvml/libnvidia-ml.so.1";

TEST(NvidiaDevices, AreThoseThatNvmlLists) {
  ::setenv("FAKE_NVML", "GPU-a,GPU-b/MIG-1/MIG-2", 1);
  const auto machine = devices::nvidia_devices(kFake);
  ::unsetenv("FAKE_NVML");
  ASSERT_TRUE(machine.has_value()) << machine.error().message;
  ASSERT_EQ(machine->installed.size(), 2U);
  EXPECT_EQ(machine->installed[0].uuid, "GPU-a");
  EXPECT_EQ(machine->installed[0].memory, 80'000'000'000U);
  EXPECT_THAT(machine->installed[0].parts, IsEmpty());
  EXPECT_THAT(machine->installed[1].parts, ElementsAre(Device{.id = "MIG-1", .memory = 10'000'000'000U},
                                                       Device{.id = "MIG-2", .memory = 10'000'000'000U}));
}

TEST(NvidiaDevices, WithoutADriverOrItsLibraryTheReasonIsSaid) {
  EXPECT_THAT(devices::nvidia_devices(kFake).error().message, HasSubstr("finds no driver: Driver Not Loaded"));
  EXPECT_EQ(devices::nvidia_devices("libnothing.so.1").error().message, "there is no libnothing.so.1");
  EXPECT_THAT(devices::nvidia_devices("libz.so.1").error().message, HasSubstr("lacks functions of NVML"));
}

}  // namespace
}  // namespace winnow::find_devices_test
