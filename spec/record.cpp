#include <winnow/spec/record.hpp>

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <type_traits>

#include <winnow/space/domain_json.hpp>

namespace winnow {
namespace {

template <class T>
using Words = std::initializer_list<std::pair<T, const char*>>;

// --- Each struct's fields, once: a Writer and a Reader go through them.

template <class Visitor>
void visit(Visitor& v, LinearConstraint::Term& term) {
  v("name", term.name);
  v("weight", term.weight);
}

template <class Visitor>
void visit(Visitor& v, LinearConstraint& constraint) {
  using Type = LinearConstraint::Type;
  v.word("type", constraint.type, {{Type::less_than, "less_than"}, {Type::greater_than, "greater_than"}});
  v("threshold", constraint.threshold);
  v("terms", constraint.terms);
}

template <class Visitor>
void visit(Visitor& v, Condition& condition) {
  v("parent", condition.parent);
  v("values", condition.values);
}

template <class Visitor>
void visit(Visitor& v, Parameter& parameter) {
  v("path", parameter.path);
  v("domain", parameter.domain);
  v("conditions", parameter.conditions);
  v("grid", parameter.grid);
}

template <class Visitor>
void goal(Visitor& v, Goal& goal) {
  v.word("goal", goal, {{Goal::minimize, "minimize"}, {Goal::maximize, "maximize"}});
}

template <class Visitor>
void impute(Visitor& v, const char* key, std::optional<Impute>& impute) {
  v.word(key, impute,
         {{std::nullopt, "none"}, {Impute::latest, "latest"}, {Impute::best, "best"}, {Impute::worst, "worst"}});
}

template <class Visitor>
void visit(Visitor& v, MetricSpec& metric) {
  v("name", metric.name);
  goal(v, metric.goal);
  v("target", metric.target);
  v("threshold", metric.threshold);
  impute(v, "impute", metric.impute);
  impute(v, "impute_while_running", metric.impute_while_running);
}

template <class Visitor>
void visit(Visitor& v, OtherMetric& metric) {
  using Strategy = OtherMetric::Strategy;
  v("name", metric.name);
  v.word("strategy", metric.strategy, {{Strategy::store, "store"}, {Strategy::constraint, "constraint"}});
  goal(v, metric.goal);
  v("threshold", metric.threshold);
}

template <class Visitor>
void visit(Visitor& v, SchedulerSpec& scheduler) {
  v("type", scheduler.type);
  v("resource", scheduler.resource);
  v("metric", scheduler.metric);
  v("options", scheduler.options);
}

template <class Visitor>
void visit(Visitor& v, PriorTrial& trial) {
  v("params", trial.params);
  v.word("state", trial.state,
         {{TrialState::completed, "completed"}, {TrialState::stopped, "stopped"}, {TrialState::failed, "failed"}});
  v("values", trial.values);
  v("violations", trial.violations);
}

template <class Visitor>
void visit(Visitor& v, TrainerSpec& trainer) {
  v("type", trainer.type);
  v("module", trainer.module);
  v("options", trainer.options);
  v("ranks", trainer.ranks);
}

template <class Visitor>
void visit(Visitor& v, ProcessSpec& process) {
  v("directory", process.directory);
  v("env", process.env);
  v("stdout", process.metrics);
  v("log_limit", process.log_limit);
  v("wandb", process.wandb);
}

/// Named as in settings.hpp.
template <class Visitor>
void visit_settings(Visitor& v, SweepSpec& spec) {
  v("run_cap", spec.run_cap);
  v.unless("slots", spec.slots, 0, "auto");
  v.word("durability", spec.durability, {{Durability::full, "full"}, {Durability::relaxed, "relaxed"}});
  v.word("isolation", spec.isolation, {{Isolation::thread, "thread"}, {Isolation::process, "process"}});
  v("attempts_per_worker", spec.attempts_per_worker);
  v.section("resources", [&](Visitor& section) {
    section("cpus", spec.cpus);
    section("gpus", spec.gpus);
  });
  v("devices", spec.devices);
  v.section("budget", [&](Visitor& section) {
    section("wall", spec.budget_wall);
    section("resource", spec.budget_resource);
    section("no_improvement", spec.budget_no_improvement);
  });
  v.section("trial", [&](Visitor& section) {
    section("time_limit", spec.trial.time_limit);
    section("report_timeout", spec.trial.report_timeout);
    section("grace", spec.trial.grace);
    section.section("retries", [&](Visitor& retries) {
      retries("lost", spec.trial.retries_lost);
      retries("error", spec.trial.retries_error);
      retries("oom", spec.trial.retries_oom);
    });
    section.word("on_nan", spec.trial.on_nan, {{OnNan::rank, "rank"}, {OnNan::fail, "fail"}});
    section.word("on_time_limit", spec.trial.on_time_limit, {{OnTimeLimit::fail, "fail"}, {OnTimeLimit::stop, "stop"}});
  });
  v.section("failures", [&](Visitor& section) {
    section("max", spec.failures_max);
    section("first", spec.failures_first);
    section("quick", spec.failures_quick);
  });
  v.section("checkpoints", [&](Visitor& section) {
    section("last", spec.checkpoints_last);
    section("best", spec.checkpoints_best);
  });
}

template <class Visitor>
void visit_fixed(Visitor& v, SweepSpec& spec) {
  v("rules", spec.rules);
  v("name", spec.name);
  v("project", spec.project);
  v("entity", spec.entity);
  v("method", spec.method);
  v("sampler_options", spec.sampler_options);
  v("seed", spec.seed);
  v("trial_seed", spec.trial_seed);
  v("metrics", spec.metrics);
  v("other_metrics", spec.other_metrics);
  v.word("scope", spec.scope,
         {{Scope::last, "last"},
          {Scope::best, "best"},
          {Scope::avg, "avg"},
          {Scope::last_5_avg, "last-5-avg"},
          {Scope::last_10_avg, "last-10-avg"}});
  v("stopped_are_eligible", spec.stopped_are_eligible);
  v("num_samples", spec.num_samples);
  v("scheduler", spec.scheduler);
  v("trainer", spec.trainer);
  v("program", spec.program);
  v("command", spec.command);
  v("process", spec.process);
  v("start_with", spec.start_with);
  v("fixed", spec.fixed);
  v("repeat", spec.repeat);
  v("repeats", spec.repeats);
  v("prior", spec.prior);
}

template <class T, class Visitor>
concept Struct = requires(Visitor& v, T& value) { visit(v, value); };

class Writer {
public:
  explicit Writer(OrderedJson& json) : json_(json) {}

  template <class T>
  void operator()(const char* key, T& value) {
    json_[key] = written(value);
  }
  template <class T>
  void word(const char* key, const T& value, Words<T> words) {
    for (const auto& [meant, word] : words) {
      if (meant == value) json_[key] = word;
    }
  }
  void unless(const char* key, int value, int none, const char* word) {
    json_[key] = value == none ? OrderedJson(word) : OrderedJson(value);
  }
  template <class Fields>
  void section(const char* key, Fields fields) {
    Writer writer(json_[key]);
    fields(writer);
  }

private:
  static OrderedJson written(Domain& domain) { return domain_json(domain); }
  static OrderedJson written(Assignment& point) { return point.to_json(); }
  static OrderedJson written(Value& value) { return value; }
  /// Whole numbers as people write them: 7200, not 7200.0.
  static OrderedJson written(double value) {
    if (std::trunc(value) == value && std::abs(value) < 0x1p53) return static_cast<std::int64_t>(value);
    return value;
  }
  template <class T>
  static OrderedJson written(std::optional<T>& value) {
    return value ? written(*value) : OrderedJson();
  }
  template <class T>
  static OrderedJson written(std::vector<T>& list) {
    OrderedJson json = OrderedJson::array();
    for (T& item : list) json.push_back(written(item));
    return json;
  }
  template <class T>
  static OrderedJson written(T& value) {
    if constexpr (Struct<T, Writer>) {
      OrderedJson json = OrderedJson::object();
      Writer writer(json);
      visit(writer, value);
      return json;
    } else {
      return value;
    }
  }

  OrderedJson& json_;
};

/// Throws where a value is of another type, as nlohmann::json does.
class Reader {
public:
  explicit Reader(const OrderedJson& json) : json_(json) {
    if (!json.is_object()) throw std::invalid_argument("an object was due, not " + json.dump());
  }

  template <class T>
  void operator()(const char* key, T& value) {
    if (const auto it = json_.find(key); it != json_.end()) read(*it, value);
  }
  template <class T>
  void word(const char* key, T& value, Words<T> words) {
    const auto it = json_.find(key);
    if (it == json_.end()) return;
    for (const auto& [meant, word] : words) {
      if (*it != word) continue;
      value = meant;
      return;
    }
    throw std::invalid_argument(fmt::format("{} has no meaning {}", key, it->dump()));
  }
  void unless(const char* key, int& value, int none, const char* word) {
    const auto it = json_.find(key);
    if (it != json_.end()) value = *it == word ? none : it->get<int>();
  }
  template <class Fields>
  void section(const char* key, Fields fields) {
    const auto it = json_.find(key);
    if (it == json_.end()) return;
    Reader reader(*it);
    fields(reader);
  }

private:
  static void read(const OrderedJson& json, Domain& domain) {
    auto recorded = domain_of(json);
    if (!recorded) throw std::invalid_argument(recorded.error().message);
    domain = std::move(*recorded);
  }
  static void read(const OrderedJson& json, Assignment& point) {
    auto recorded = Assignment::from_json(json);
    if (!recorded) throw std::invalid_argument(recorded.error().message);
    point = std::move(*recorded);
  }
  static void read(const OrderedJson& json, Value& value) { value = Value(json); }
  template <class T>
  static void read(const OrderedJson& json, std::optional<T>& value) {
    if (json.is_null()) return value.reset();
    read(json, value.emplace());
  }
  template <class T>
  static void read(const OrderedJson& json, std::vector<T>& list) {
    list.clear();
    if (!json.is_array()) throw std::invalid_argument("a list was due, not " + json.dump());
    for (const OrderedJson& item : json) read(item, list.emplace_back());
  }
  template <class T>
  static void read(const OrderedJson& json, T& value) {
    if constexpr (Struct<T, Reader>) {
      Reader reader(json);
      visit(reader, value);
    } else {
      value = json.get<T>();
    }
  }

  const OrderedJson& json_;
};

Result<void> reading(const std::function<void()>& read) {
  try {
    read();
    return {};
  } catch (const std::exception& e) {
    return fail(errc::corrupt, fmt::format("the recorded sweep can't be read: {}", e.what()));
  }
}

}  // namespace

OrderedJson spec_record(const SweepSpec& spec) {
  SweepSpec copy = spec;
  OrderedJson record;
  Writer writer(record);
  visit_fixed(writer, copy);
  auto parameters = copy.space.parameters();
  auto constraints = copy.space.constraints();
  writer("parameters", parameters);
  writer("linear_constraints", constraints);
  visit_settings(writer, copy);
  return record;
}

Result<SweepSpec> spec_of_record(const OrderedJson& record) {
  SweepSpec spec;
  spec.rules = 1;  // of a record that doesn't say
  std::vector<Parameter> parameters;
  std::vector<LinearConstraint> constraints;
  const auto done = reading([&] {
    Reader reader(record);
    visit_fixed(reader, spec);
    reader("parameters", parameters);
    reader("linear_constraints", constraints);
    visit_settings(reader, spec);
  });
  if (!done) return fail(done.error());
  auto space = Space::make(std::move(parameters), std::move(constraints));
  if (!space) return fail(errc::corrupt, "the recorded sweep can't be read: " + space.error().message);
  spec.space = std::move(*space);
  return spec;
}

OrderedJson settings_record(const SweepSpec& spec) {
  SweepSpec copy = spec;
  OrderedJson record;
  Writer writer(record);
  visit_settings(writer, copy);
  return record;
}

Result<void> take_settings_record(const OrderedJson& record, SweepSpec& spec) {
  return reading([&] {
    Reader reader(record);
    visit_settings(reader, spec);
  });
}

}  // namespace winnow
