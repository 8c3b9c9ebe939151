#include <winnow/trainers/context_value.hpp>

#include <string>
#include <utility>

namespace winnow {

Value to_value(const TrialContext& context) {
  Value devices = Value::array();
  for (const Device& device : context.devices.devices) {
    devices.push_back({{"id", device.id},
                       {"ordinal", device.ordinal ? Value(*device.ordinal) : Value()},
                       {"memory", device.memory ? Value(*device.memory) : Value()},
                       {"platform", device.platform}});
  }
  Value params = Value::array();
  for (const auto& [name, value] : context.params.entries()) params.push_back({name, value});
  return {{"trial", context.trial},
          {"attempt", context.attempt},
          {"seed", context.seed},
          {"params", std::move(params)},
          {"directory", context.directory.string()},
          {"home", context.home.string()},
          {"devices", std::move(devices)},
          {"gpus", context.devices.gpus},
          {"rank", context.ranks.rank},
          {"ranks", context.ranks.size},
          {"meet_at", context.ranks.init_method},
          {"from_step", context.from_step ? Value(*context.from_step) : Value()}};
}

TrialContext context_of(const Value& value) {
  TrialContext context;
  context.trial = value.at("trial").get<TrialId>();
  context.attempt = value.at("attempt").get<Attempt>();
  context.seed = value.at("seed").get<std::uint64_t>();
  for (const Value& entry : value.at("params")) context.params.set(entry.at(0).get<std::string>(), entry.at(1));
  context.directory = value.at("directory").get<std::string>();
  context.home = value.at("home").get<std::string>();
  for (const Value& one : value.at("devices")) {
    Device device;
    device.id = one.at("id").get<std::string>();
    if (const Value& ordinal = one.at("ordinal"); !ordinal.is_null()) device.ordinal = ordinal.get<int>();
    if (const Value& memory = one.at("memory"); !memory.is_null()) device.memory = memory.get<std::uint64_t>();
    device.platform = one.at("platform").get<Device::Platform>();
    context.devices.devices.push_back(std::move(device));
  }
  context.devices.gpus = value.at("gpus").get<double>();
  context.ranks.rank = value.at("rank").get<int>();
  context.ranks.size = value.at("ranks").get<int>();
  context.ranks.init_method = value.at("meet_at").get<std::string>();
  if (const Value& step = value.at("from_step"); !step.is_null()) context.from_step = step.get<Step>();
  return context;
}

}  // namespace winnow
