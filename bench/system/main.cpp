/// The system benchmark: Winnow as `winnow run` has it, with trainables that train nothing (bench/README.md).
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include <winnow/base/temp_dir.hpp>

#include "figures.hpp"

using namespace winnow::bench;

namespace {

std::vector<std::pair<std::string, std::function<void(const Settings&, Figures&)>>> parts() {
  const auto reports = [](int slots) {
    return [slots](const Settings& settings, Figures& figures) { measure_reports(settings, slots, figures); };
  };
  return {
      {"reports_1", reports(1)},
      {"reports_64", reports(64)},
      {"reports_1024", reports(1024)},
      {"trials_64", measure_trials},
      {"heap", measure_heap},
      {"recovery", measure_recovery},
      {"verdict", [](const Settings&, Figures& figures) { measure_verdicts(figures); }},
      {"ask", measure_ask},
  };
}

void print_from(const Figures& figures, std::size_t first) {
  std::size_t index = 0;
  for (const auto& [name, value] : figures.items()) {
    if (index++ >= first) fmt::print("{:36} {:>14.6g}\n", name, value.get<double>());
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  std::filesystem::path parent;
  std::string json;
  std::vector<std::string> only;
  CLI::App app("Measures the running system; see bench/README.md");
  app.add_option("--json", json, "also write the figures to this file");
  app.add_option("--seconds", settings.seconds, "of each sustained run")->capture_default_str();
  app.add_option("--dir", parent, "where the ledgers' throw-away directory is made: its disk is measured");
  app.add_option("--scale", settings.scale, "of the work that is fixed otherwise")->check(CLI::Range(0.001, 1.0));
  app.add_option("--only", only,
                 "parts to measure: reports_1 reports_64 reports_1024 trials_64 heap recovery verdict ask");
  CLI11_PARSE(app, argc, argv);

  const auto directory = must(winnow::TempDir::make("winnow-bench", parent));
  settings.directory = directory.path();
  Figures figures = Figures::object();
  figures["fdatasync_per_s"] = fdatasync_per_s(settings.directory);
  print_from(figures, 0);
  for (const auto& [name, measure] : parts()) {
    if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) continue;
    const std::size_t before = figures.size();
    measure(settings, figures);
    print_from(figures, before);
  }
  if (!json.empty()) std::ofstream(json) << figures.dump(2) << "\n";
  return 0;
}
