#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/engine/run.hpp>

namespace winnow::places_test {
namespace {

using ::testing::IsEmpty;

std::vector<Device> devices_of(int count) {
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) devices.push_back({.id = std::to_string(i), .ordinal = i});
  return devices;
}

SweepSpec wanting(std::optional<double> gpus, int slots = 0) {
  SweepSpec spec;
  spec.gpus = gpus;
  spec.slots = slots;
  spec.cpus = 1e-3;  // the cores are no bound
  return spec;
}

int slots(const SweepSpec& spec, int devices, int wanted = 0) {
  const auto places = places_of(spec, wanted, devices_of(devices));
  EXPECT_TRUE(places.has_value()) << places.error().message;
  return places ? places->slots : -1;
}

std::string refusal(const SweepSpec& spec, int devices) {
  const auto places = places_of(spec, 0, devices_of(devices));
  return places ? "" : places.error().message;
}

TEST(Places, SlotsOfAutoAreWhatTheDevicesAllow) {
  EXPECT_EQ(slots(wanting(1), 3), 3);
  EXPECT_EQ(slots(wanting(0.25), 2), 8);
  EXPECT_EQ(slots(wanting(2), 5), 2);
}

TEST(Places, SlotsOfAutoAreWhatTheCoresAllow) {
  SweepSpec spec = wanting(0.01);
  spec.cpus = 1e9;
  EXPECT_EQ(slots(spec, 4), 1);
}

TEST(Places, OfAProgramThatAsksForDevicesThereAreAsManyAsDevices) {
  SweepSpec spec = wanting(1);
  spec.command = {"train"};
  EXPECT_EQ(slots(spec, 3), 3);
  spec.gpus = std::nullopt;
  spec.cpus = std::nullopt;
  EXPECT_EQ(slots(spec, 3), 1);
}

TEST(Places, MoreSlotsThanDevicesAllowAreFewerAndThatIsSaid) {
  const auto fewer = places_of(wanting(0.5, 8), 0, devices_of(2));
  ASSERT_TRUE(fewer.has_value());
  EXPECT_EQ(fewer->slots, 4);
  EXPECT_EQ(fewer->notice, "slots: 8, but resources.gpus: 0.5 has room for 4 on the devices 0,1: so many run");
  EXPECT_EQ(slots(wanting(0.5, 8), 2, 3), 3);
  EXPECT_THAT(places_of(wanting(0.5, 4), 0, devices_of(2))->notice, IsEmpty());
  SweepSpec few = wanting(1, 8);
  few.run_cap = 2;
  EXPECT_THAT(places_of(few, 0, devices_of(2))->notice, IsEmpty()) << "two trials have two devices";
}

TEST(Places, WithoutResourcesGpusDevicesAreNobodys) {
  for (const std::optional<double> none : {std::optional<double>(), std::optional(0.0)}) {
    const auto places = places_of(wanting(none, 2), 0, devices_of(2));
    ASSERT_TRUE(places.has_value());
    EXPECT_EQ(places->slots, 2);
    EXPECT_THAT(places->devices, IsEmpty());
  }
}

TEST(Places, ATrialThatHasNoRoomOnAllDevicesIsRefused) {
  EXPECT_EQ(refusal(wanting(4), 2), "resources.gpus: 4, and all there is are the devices 0,1");
  EXPECT_EQ(refusal(wanting(0.5), 0), "resources.gpus: 0.5, and there is no device");
}

}  // namespace
}  // namespace winnow::places_test
