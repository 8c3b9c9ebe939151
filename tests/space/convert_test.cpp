/// Every space of the corpus in every dialect: what is written means the same, or a note says what doesn't.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include <winnow/core/random.hpp>
#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/document.hpp>
#include <winnow/space/draw.hpp>

#include "dialect_files.hpp"

namespace winnow::convert_test {
namespace {

using namespace testing_dialects;

constexpr Dialect kAll[] = {Dialect::wandb,  Dialect::optuna, Dialect::ray,
                            Dialect::sigopt, Dialect::hydra,  Dialect::nni};

struct CorpusFile {
  Dialect dialect;
  std::string name;
};

std::vector<CorpusFile> corpus() {
  std::vector<CorpusFile> files;
  for (const Dialect dialect : kAll) {
    for (std::string& name : files_in(std::string(to_string(dialect)))) files.push_back({dialect, std::move(name)});
  }
  return files;
}

Node node_of(const CorpusFile& file) {
  const auto document = parse_document(text_of(kDialects / to_string(file.dialect) / file.name), file.name);
  EXPECT_TRUE(document) << document.error().message;
  return document->root;
}

/// A W&B sweep file holds its space under `parameters`.
const Node& space_in(const Node& root, Dialect dialect) {
  const Node* parameters = root.find("parameters");
  return dialect == Dialect::wandb && parameters != nullptr ? *parameters : root;
}

Space read(Dialect dialect, const Node& node, const std::string& name) {
  Diagnostics diagnostics(name);
  Space space = read_space(dialect, node, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  return space;
}

constexpr std::size_t kMostPoints = 10'000;

/// Values that are equally likely, in whatever order they are listed.
std::optional<Domain> as_sorted_values(const Domain& domain) {
  const auto* categorical = std::get_if<Categorical>(&domain);
  if (categorical != nullptr && !categorical->weights.empty()) return std::nullopt;
  if (const auto* integer = std::get_if<Integer>(&domain); integer != nullptr && integer->log) return std::nullopt;
  if (const auto* real = std::get_if<Float>(&domain); real != nullptr && (real->q || real->law != Law::uniform)) {
    return std::nullopt;
  }
  auto points = grid_points(domain);
  if (!points || points->size() > kMostPoints) return std::nullopt;
  if (points->size() == 1) return Constant{points->front()};
  std::sort(points->begin(), points->end());
  return Categorical{std::move(*points), {}};
}

/// The same values with the same probabilities have the same form.
Domain normal_form(const Domain& domain) {
  if (const auto values = as_sorted_values(domain)) return *values;
  if (const auto points = grid_points(domain); points && points->size() == 1) return Constant{points->front()};
  if (const auto* weighted = std::get_if<Categorical>(&domain)) {
    Categorical same = *weighted;
    const double sum = std::accumulate(same.weights.begin(), same.weights.end(), 0.0);
    for (double& weight : same.weights) weight /= sum;
    return same;
  }
  if (const auto* real = std::get_if<Float>(&domain); real != nullptr && real->law == Law::beta) {
    Float same = *real;
    if (same.range == Interval{0, 1}) same.range.reset();
    return same;
  }
  if (const auto* real = std::get_if<Float>(&domain); real != nullptr && !real->q && real->a == real->b) {
    if (real->law == Law::uniform || real->law == Law::log_uniform) return Constant{real->a};
  }
  if (const auto* real = std::get_if<Float>(&domain); real != nullptr && real->law == Law::inv_log_uniform) {
    Float same = *real;  // the same law from the other end
    same.law = Law::log_uniform;
    return same;
  }
  return domain;
}

class Convert : public testing::TestWithParam<CorpusFile> {};

TEST_P(Convert, FileIsRecognised) {
  const Node root = node_of(GetParam());
  const Node& space = space_in(root, GetParam().dialect);
  EXPECT_EQ(recognise(space), GetParam().dialect);
}

TEST_P(Convert, KeepsEveryDistributionThatNoNoteIsAbout) {
  const Node root = node_of(GetParam());
  const Space space = read(GetParam().dialect, space_in(root, GetParam().dialect), GetParam().name);
  for (const Dialect to : kAll) {
    const PrintedSpace printed = print_space(to, space);
    const auto noted = [&](const std::string& name) {
      return std::any_of(printed.notes.begin(), printed.notes.end(),
                         [&](const std::string& note) { return note.starts_with(name + ": "); });
    };
    if (printed.json.empty()) {
      for (const Parameter& parameter : space.parameters()) EXPECT_TRUE(noted(parameter.name())) << to_string(to);
      continue;
    }
    const auto document = parse_document(printed.json.dump(), "printed.json");
    ASSERT_TRUE(document) << document.error().message;
    if (to == Dialect::sigopt && printed.json["parameters"].empty()) continue;
    if (to == Dialect::hydra && printed.json["hydra"]["sweeper"]["params"].empty()) continue;
    const Space back = read(to, document->root, "printed.json");
    for (const Parameter& parameter : space.parameters()) {
      const Parameter* same = back.find(parameter.name());
      if (noted(parameter.name())) continue;
      ASSERT_NE(same, nullptr) << parameter.name() << " in " << to_string(to) << ": " << printed.json;
      EXPECT_EQ(normal_form(same->domain), normal_form(parameter.domain))
          << parameter.name() << " in " << to_string(to) << ": " << describe(parameter.domain) << " became "
          << describe(same->domain);
    }
  }
}

std::string name_of(const testing::TestParamInfo<CorpusFile>& info) {
  std::string name = std::string(to_string(info.param.dialect)) + "_" + info.param.name;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Corpus, Convert, testing::ValuesIn(corpus()), name_of);

}  // namespace
}  // namespace winnow::convert_test
