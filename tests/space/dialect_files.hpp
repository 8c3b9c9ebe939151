/// The files of tests/data/dialects: hand-made spaces, and malformed ones with their messages. A dialect's tests hand
/// in its `read_space` and `print`.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>
#include <winnow/space/dialects/wandb.hpp>

namespace winnow::testing_dialects {

inline const std::filesystem::path kDialects = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects";

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream.is_open()) << file;
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// The names of a folder's spaces, sorted.
inline std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kDialects / folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".json" || extension == ".yaml") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Malformed {
  std::string file, message;
};

inline std::vector<Malformed> malformed_files(const std::string& dialect) {
  std::ifstream table(kDialects / "malformed" / dialect / "expected.tsv");
  std::vector<Malformed> rows;
  for (std::string line; std::getline(table, line);) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return rows;
}

using ReadSpace = Space (*)(const Node& node, Diagnostics& diagnostics, std::string path);

inline Result<Space> read_text(ReadSpace read, std::string_view text, std::string_view file) {
  const auto document = parse_document(text, file);
  if (!document) return fail(document.error());
  Diagnostics diagnostics(file);
  Space space = read(document->root, diagnostics, "");
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return space;
}

/// The space with its single points as constants, as Winnow's own spelling keeps them.
inline Space with_constants(const Space& space) {
  std::vector<Parameter> parameters = space.parameters();
  for (Parameter& parameter : parameters) {
    if (const auto* integer = std::get_if<Integer>(&parameter.domain);
        integer != nullptr && integer->low == integer->high) {
      parameter.domain = Constant{integer->low};
    } else if (const auto* real = std::get_if<Float>(&parameter.domain); real != nullptr && real->a == real->b) {
      const bool bounded = real->law == Law::uniform || real->law == Law::log_uniform;
      if (bounded) parameter.domain = Constant{real->a};
    }
  }
  return *Space::make(std::move(parameters));
}

/// What must hold for every good file of a dialect.
template <class Print>
void expect_round_trip(ReadSpace read, Print print, const std::string& folder, const std::string& name) {
  const std::string text = text_of(kDialects / folder / name);
  const auto space = read_text(read, text, name);
  ASSERT_TRUE(space) << space.error().message;
  const auto printed = print(*space);
  EXPECT_TRUE(printed.notes.empty()) << printed.notes.front();

  const std::string dumped = printed.json.dump(2);
  const auto again = read_text(read, dumped, name);
  ASSERT_TRUE(again) << again.error().message << "\n" << dumped;
  EXPECT_EQ(*again, *space) << dumped;
  // Equal values may differ in type (1 and 1.0); equal texts don't.
  EXPECT_EQ(print(*again).json.dump(2), dumped);
  if (name.starts_with("canonical_")) {
    EXPECT_EQ(OrderedJson::parse(text).dump(2), dumped);
  }

  const auto own = wandb::parse_space(wandb::to_json(*space).dump(), name);
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->space, with_constants(*space));
}

/// What must hold for every malformed file of a dialect.
inline void expect_message(ReadSpace read, const std::string& dialect, const Malformed& malformed) {
  const auto space = read_text(read, text_of(kDialects / "malformed" / dialect / malformed.file), malformed.file);
  ASSERT_FALSE(space);
  EXPECT_EQ(space.error().message, malformed.message);
}

inline void expect_a_message_for_each_file(const std::string& dialect) {
  EXPECT_EQ(files_in("malformed/" + dialect).size(), malformed_files(dialect).size());
}

inline std::string test_name(std::string file) {
  std::replace_if(
      file.begin(), file.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return file;
}

}  // namespace winnow::testing_dialects
