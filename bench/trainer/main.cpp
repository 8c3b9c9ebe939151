/// hf::Trainer measured, for bench/trainer_peers: bench_trainer rows|steps|ranks|trials|search DIGITS.h5 [OPTIONS]
#include <CLI/CLI.hpp>

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <winnow/base/temp_dir.hpp>

#include "parts.hpp"

using namespace winnow::bench;

namespace {

template <class T>
void write(const std::filesystem::path& file, const std::vector<T>& values) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// For the peers, so that they need no HDF5: x as float32, y as int64, row after row.
void write_rows(const winnow::Dataset& dataset, const std::filesystem::path& folder) {
  write(folder / "x_train", dataset.train.x);
  write(folder / "y_train", dataset.train.y);
  write(folder / "x_test", dataset.test.x);
  write(folder / "y_test", dataset.test.y);
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, std::function<winnow::OrderedJson(const Digits&, const Settings&)>> parts{
      {"steps", measure_steps}, {"ranks", measure_ranks}, {"trials", measure_trials}, {"search", measure_search}};
  Settings settings;
  std::string part;
  std::string data;
  CLI::App app("Measures hf::Trainer on the digits, for bench/trainer_peers");
  app.add_option("part", part, "steps, ranks, trials, search; rows: writes the data for the peers into --dir")
      ->required()
      ->check(CLI::IsMember({"steps", "ranks", "trials", "search", "rows"}));
  app.add_option("data", data, "examples/digits/digits.h5")->required();
  app.add_option("--model", settings.model)->check(CLI::IsMember({"mlp", "encoder", "wide"}))->capture_default_str();
  app.add_option("--epochs", settings.epochs)->capture_default_str();
  app.add_option("--batch-size", settings.batch_size)->capture_default_str();
  app.add_option("--rounds", settings.rounds, "of steps: how often the two loops take turns")->capture_default_str();
  app.add_option("--trials", settings.trials)->capture_default_str();
  app.add_option("--seed", settings.seed)->capture_default_str();
  app.add_option("--slots", settings.slots)->capture_default_str();
  app.add_option("--rank", settings.rank);
  app.add_option("--ranks", settings.ranks);
  app.add_option("--store", settings.store, "a file, where the ranks meet");
  app.add_option("--dir", settings.directory, "where files go [a throw-away folder]");
  CLI11_PARSE(app, argc, argv);

  const auto temporary = must(winnow::TempDir::make("winnow-bench-trainer"));
  if (settings.directory.empty()) settings.directory = temporary.path();
  const winnow::Dataset dataset = must(winnow::read_dataset(data));
  if (part == "rows") {
    write_rows(dataset, settings.directory);
    return 0;
  }
  std::cout << parts.at(part)(digits_for(settings.model, dataset), settings).dump() << std::endl;
  return 0;
}
