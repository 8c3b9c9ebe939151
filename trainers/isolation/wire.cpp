#include <winnow/trainers/isolation/wire.hpp>

#include <string>
#include <utility>

#include <winnow/trainers/process/frame.hpp>

namespace winnow::isolation {
namespace {

Value to_value(const Metrics& metrics) {
  Value list = Value::array();
  for (const auto& [name, value] : metrics) list.push_back({name, value});
  return list;
}

Value to_value(const StepReport& report) {
  return {{"step", report.step ? Value(*report.step) : Value()}, {"metrics", to_value(report.metrics)}};
}

StepReport report_of(const Value& value) {
  StepReport report;
  if (const Value& step = value.at("step"); !step.is_null()) report.step = step.get<Step>();
  for (const Value& metric : value.at("metrics")) {
    report.metrics.emplace_back(metric.at(0).get<std::string>(), metric.at(1).get<double>());
  }
  return report;
}

}  // namespace

bool send(int socket, const Value& value) {
  std::string bytes;
  Value::to_cbor(value, bytes);
  return process::send_frame(socket, bytes);
}

std::optional<Value> receive(int socket) {
  const auto frame = process::read_frame(socket);
  if (!frame) return std::nullopt;
  Value value = Value::from_cbor(frame->body, true, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

Value to_value(const Progress& progress) {
  if (const auto* report = std::get_if<StepReport>(&progress)) return {{"report", to_value(*report)}};
  const auto* burst = std::get_if<Burst>(&progress);
  if (burst == nullptr) return {{"finished", true}};
  Value reports = Value::array();
  for (const StepReport& report : *burst) reports.push_back(to_value(report));
  return {{"burst", std::move(reports)}};
}

Progress progress_of(const Value& value) {
  if (value.contains("report")) return report_of(value.at("report"));
  if (!value.contains("burst")) return Finished{};
  Burst burst;
  for (const Value& report : value.at("burst")) burst.push_back(report_of(report));
  return burst;
}

Value to_value(const Error& error) {
  return {{"error", {{"code", static_cast<int>(error.code)}, {"message", error.message}}}};
}

std::optional<Error> error_in(const Value& answer) {
  if (!answer.contains("error")) return std::nullopt;
  const Value& error = answer.at("error");
  return Error{static_cast<errc>(error.at("code").get<int>()), error.at("message").get<std::string>()};
}

}  // namespace winnow::isolation
