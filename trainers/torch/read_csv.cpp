#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/dataset.hpp>

namespace winnow {
namespace {

struct Cell {
  std::string text;
  std::size_t column = 1;  ///< of its first byte, from 1
};

struct Line {
  std::size_t number = 0;
  std::vector<Cell> cells;
};

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string at(const std::filesystem::path& file, std::size_t line, std::size_t column) {
  return file.string() + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
}

/// Commas between cells; a cell may stand in double quotes, where "" is a quote (RFC 4180), but not go over lines.
Result<Line> split_line(const std::filesystem::path& file, std::size_t number, const std::string& text) {
  Line line{number, {}};
  std::size_t i = 0;
  for (;;) {
    Cell cell{"", i + 1};
    if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size() && (text[i] != '"' || (i + 1 < text.size() && text[i + 1] == '"')); ++i) {
        if (text[i] == '"') ++i;
        cell.text += text[i];
      }
      if (i == text.size()) {
        return fail(errc::invalid_input,
                    at(file, number, cell.column) + "a quote that isn't closed; end the cell with \"");
      }
      ++i;
    }
    for (; i < text.size() && text[i] != ','; ++i) cell.text += text[i];
    cell.text = trimmed(cell.text);
    line.cells.push_back(std::move(cell));
    if (i == text.size()) return line;
    ++i;
  }
}

Result<std::vector<Line>> read_lines(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(errc::invalid_input, file.string() + ": can't be opened; `data` names a readable file");
  std::vector<Line> lines;
  std::string text;
  for (std::size_t number = 1; std::getline(in, text); ++number) {
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (text.ends_with('\r')) text.pop_back();
    if (trimmed(text).empty()) continue;
    auto line = split_line(file, number, text);
    if (!line) return fail(line.error());
    lines.push_back(std::move(*line));
  }
  const bool header =
      !lines.empty() && std::none_of(lines[0].cells.begin(), lines[0].cells.end(),
                                     [](const Cell& cell) { return parse_double(cell.text).has_value(); });
  if (header) lines.erase(lines.begin());
  return lines;
}

Result<std::int64_t> read_label(const std::filesystem::path& file, const Line& line) {
  const Cell& cell = line.cells.back();
  const auto value = parse_double(cell.text);
  if (value && *value == std::floor(*value) && std::abs(*value) < 1e15) return static_cast<std::int64_t>(*value);
  return fail(errc::invalid_input, at(file, line.number, cell.column) + "label '" + cell.text +
                                       "' is no integer; the last column holds integers, or texts in every row");
}

/// Integers as they are; texts, if no label is a number, by their place in alphabetical order.
Result<std::vector<std::int64_t>> read_labels(const std::filesystem::path& file, const std::vector<Line>& lines) {
  std::map<std::string, std::int64_t> places;
  for (const Line& line : lines) {
    const std::string& text = line.cells.back().text;
    if (text.empty() || parse_double(text)) {
      places.clear();
      break;
    }
    places[text] = 0;
  }
  std::int64_t place = 0;
  for (auto& entry : places) entry.second = place++;
  std::vector<std::int64_t> labels;
  for (const Line& line : lines) {
    const auto label = places.empty() ? read_label(file, line) : places.at(line.cells.back().text);
    if (!label) return fail(label.error());
    labels.push_back(*label);
  }
  return labels;
}

}  // namespace

Result<RawDataset> read_csv(const std::filesystem::path& file) {
  const auto lines = read_lines(file);
  if (!lines) return fail(lines.error());
  if (lines->empty())
    return fail(errc::invalid_input, file.string() + ": no rows; each line is one row, its label last");
  const std::size_t width = lines->front().cells.size();
  if (width < 2) {
    return fail(errc::invalid_input, at(file, lines->front().number, 1) +
                                         "one cell only; a row is features and a label, with commas between them");
  }
  RawDataset raw;
  raw.features = width - 1;
  for (const Line& line : *lines) {
    if (line.cells.size() != width) {
      return fail(errc::invalid_input, at(file, line.number, 1) + std::to_string(line.cells.size()) +
                                           " cells; the rows before have " + std::to_string(width));
    }
    for (std::size_t i = 0; i + 1 < width; ++i) {
      const auto value = parse_double(line.cells[i].text);
      if (!value || !std::isfinite(static_cast<float>(*value))) {
        return fail(errc::invalid_input, at(file, line.number, line.cells[i].column) + "'" + line.cells[i].text +
                                             "' is no finite number; all columns but the last hold numbers");
      }
      raw.train.x.push_back(static_cast<float>(*value));
    }
  }
  auto labels = read_labels(file, *lines);
  if (!labels) return fail(labels.error());
  raw.train.y = std::move(*labels);
  return raw;
}

}  // namespace winnow
