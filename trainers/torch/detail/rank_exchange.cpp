#include <torch/serialize.h>

#include <utility>

#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/detail/rank_exchange.hpp>

namespace winnow::hf {
namespace {

std::string bytes_of(const c10::IValue& value) {
  const std::vector<char> bytes = torch::pickle_save(value);
  return {bytes.begin(), bytes.end()};
}

c10::IValue value_of(const std::string& bytes) {
  return torch::pickle_load(std::vector<char>(bytes.begin(), bytes.end()));
}

c10::IValue list_of(const std::vector<torch::Tensor>& tensors) {
  c10::List<torch::Tensor> list;
  for (const torch::Tensor& one : tensors) list.push_back(one);
  return list;
}

void append(std::vector<torch::Tensor>& to, const c10::IValue& list) {
  for (const torch::Tensor& one : list.toTensorVector()) to.push_back(one);
}

std::string name_of(int rank) {
  return "rank " + std::to_string(rank);
}

/// Empty where nobody has failed. What all say is said once.
std::string failures_of(const std::vector<std::string>& errors) {
  bool is_of_all = true;
  for (const std::string& error : errors) is_of_all = is_of_all && error == errors.front();
  if (is_of_all) return errors.front();
  std::string text;
  for (std::size_t rank = 0; rank < errors.size(); ++rank) {
    if (errors[rank].empty()) continue;
    text += (text.empty() ? "" : "; ") + name_of(static_cast<int>(rank)) + ": " + errors[rank];
  }
  return text;
}

}  // namespace

EvaluatedPart gather_parts(Ranks& ranks, EvaluatedPart own) {
  const auto bytes = bytes_of(
      c10::ivalue::Tuple::create({own.error, own.loss, own.has_loss, list_of(own.logits), list_of(own.labels)}));
  EvaluatedPart all;
  std::vector<std::string> errors;
  for (const std::string& one : ranks.gather(bytes)) {
    const std::vector<c10::IValue> elements = value_of(one).toTuple()->elements().vec();
    errors.push_back(elements[0].toStringRef());
    all.loss += elements[1].toDouble();
    all.has_loss = all.has_loss && elements[2].toBool();
    append(all.logits, elements[3]);
    append(all.labels, elements[4]);
  }
  all.error = failures_of(errors);
  if (!all.error.empty()) throw RankError({errc::trial_failed, all.error});
  return all;
}

Metrics computed_by_first(Ranks& ranks, const std::function<Metrics()>& compute) {
  Value said = Value::object();
  if (ranks.rank() == 0) {
    try {
      said["metrics"] = compute();
    } catch (const std::exception& error) {
      said["error"] = first_line(error);
    }
  }
  const auto packed = Value::to_msgpack(said);
  said = Value::from_msgpack(ranks.broadcast(std::string(packed.begin(), packed.end())));
  if (said.contains("error")) throw RankError({errc::trial_failed, said.at("error").get<std::string>()});
  return said.at("metrics").get<Metrics>();
}

void throw_failures(Ranks& ranks, const std::string& error) {
  throw RankError({errc::trial_failed, failures_of(ranks.gather(error))});
}

void must_be_alike(Ranks& ranks, const OrderedJson& about) {
  const auto all = ranks.gather(about.dump());
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all[0]) continue;
    const OrderedJson first = OrderedJson::parse(all[0]);
    const OrderedJson other = OrderedJson::parse(all[rank]);
    for (const auto& [key, value] : first.items()) {
      const OrderedJson theirs = other.value(key, OrderedJson());
      if (theirs == value) continue;
      throw RankError({errc::invalid_input, name_of(static_cast<int>(rank)) + " trains something else than rank 0: " +
                                                key + " is " + theirs.dump() + ", rank 0's is " + value.dump()});
    }
  }
}

std::vector<std::vector<torch::Tensor>> gather_tensors(Ranks& ranks, const std::vector<torch::Tensor>& own) {
  std::vector<std::vector<torch::Tensor>> all;
  for (const std::string& one : ranks.gather(bytes_of(list_of(own)))) append(all.emplace_back(), value_of(one));
  return all;
}

}  // namespace winnow::hf
