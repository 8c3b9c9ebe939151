#include <winnow/storage/checkpoints/manifest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include <winnow/base/file.hpp>
#include <winnow/core/value.hpp>
#include <winnow/storage/detail/checksum.hpp>

namespace winnow::checkpoint {

std::string directory_name(Step step) {
  return fmt::format("{}{}", kStep, step);
}

std::string to_text(const Manifest& m) {
  OrderedJson json = {{"format", kFormat}, {"trial", m.trial}, {"step", m.step},
                      {"order", m.order},  {"size", m.size},   {"crc32", m.crc}};
  json["merit"] = m.merit ? number_to_json(*m.merit) : OrderedJson();
  if (m.donor) json["donor"] = *m.donor;
  return json.dump() + "\n";
}

Result<Manifest> read_manifest(const std::filesystem::path& dir) {
  const std::filesystem::path path = dir / kManifest;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(errc::io, dir.string() + ": there is no such checkpoint");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  try {
    const Value json = Value::parse(text);
    if (json.at("format") != kFormat) return fail(errc::unsupported, path.string() + ": has an unknown format");
    Manifest m{json.at("trial"), json.at("step"),  json.at("order"), std::nullopt,
               json.at("size"),  json.at("crc32"), std::nullopt};
    if (json.contains("donor")) m.donor = json.at("donor").get<TrialId>();
    if (const Value& merit = json.at("merit"); !merit.is_null()) {
      const auto number = number_from_json(merit);
      if (!number) return fail(errc::corrupt, path.string() + ": " + number.error().message);
      m.merit = *number;
    }
    return m;
  } catch (const Value::exception& e) {
    return fail(errc::corrupt, fmt::format("{}: is no manifest: {}", path.string(), e.what()));
  }
}

Result<Sum> sum_of(const std::filesystem::path& path) {
  const Fd file = posix::open(path, O_RDONLY);
  if (!file) return posix::failed(path, "cannot open");
  std::string buffer(1 << 20, '\0');
  Sum sum;
  for (;;) {
    const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return posix::failed(path, "cannot read");
    if (size == 0) return sum;
    sum.crc = checksum({buffer.data(), static_cast<std::size_t>(size)}, sum.crc);
    sum.size += static_cast<std::uint64_t>(size);
  }
}

Result<void> verify(const std::filesystem::path& dir, const Manifest& manifest) {
  const auto sum = sum_of(dir / kState);
  if (!sum) return fail(sum.error());
  if (sum->size == manifest.size && sum->crc == manifest.crc) return {};
  return fail(errc::corrupt, (dir / kState).string() + ": is not what was saved (length or checksum differs)");
}

std::vector<Manifest> manifests(const std::filesystem::path& trial_dir, std::vector<std::string>* warnings) {
  std::vector<Manifest> found;
  if (!std::filesystem::is_directory(trial_dir)) return found;
  for (const auto& entry : std::filesystem::directory_iterator(trial_dir)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kStep)) continue;
    auto manifest = read_manifest(entry.path());
    if (manifest && name != directory_name(manifest->step)) {
      manifest = fail(errc::corrupt, (entry.path() / kManifest).string() + ": is of another step");
    }
    if (manifest) {
      found.push_back(*manifest);
    } else if (warnings != nullptr) {
      warnings->push_back(manifest.error().message);
    }
  }
  std::sort(found.begin(), found.end(), [](const Manifest& a, const Manifest& b) { return a.order < b.order; });
  return found;
}

}  // namespace winnow::checkpoint
