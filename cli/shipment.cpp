#include <winnow/cli/shipment.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/base/file.hpp>

namespace winnow::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPartBytes = std::size_t{2} << 20;  ///< of a request: it has to get through within seconds

class Gathering {
public:
  explicit Gathering(const fs::path& folder) : folder_(folder.lexically_normal()) {}

  Result<void> add(const std::string& name) {
    std::error_code ignored;
    fs::path path = (folder_ / name).lexically_normal();
    if (!fs::exists(path, ignored)) path = absolute_path(name).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    if (!fs::exists(path, ignored)) {
      return fail(errc::invalid_input, fmt::format("--with {}: there is no such file in {}", name, folder_.string()));
    }
    if (fs::is_directory(path, ignored)) return add_folder(path);
    return add_file(path, fs::status(path, ignored));
  }

  [[nodiscard]] std::vector<ShippedFile> files() const {
    std::vector<ShippedFile> files;
    for (const auto& [path, file] : files_) files.push_back(file);
    return files;
  }

private:
  Result<void> add_folder(const fs::path& folder) {
    if (auto inside = path_of(folder); !inside) return fail(inside.error());
    std::error_code failed;
    for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed)) {
      const fs::file_status status = it->status(failed);
      if (failed) break;
      if (fs::is_directory(status) && !it->is_symlink(failed)) continue;
      if (auto added = add_file(it->path(), status); !added) return added;
    }
    if (failed) return fail(errc::invalid_input, fmt::format("--with: {}: {}", folder.string(), failed.message()));
    return {};
  }

  Result<void> add_file(const fs::path& file, const fs::file_status& status) {
    auto path = path_of(file);
    if (!path) return fail(path.error());
    if (!fs::is_regular_file(status)) {
      return fail(errc::invalid_input, fmt::format("--with: {} is no file: {}", file.string(),
                                                   fs::is_directory(status) ? "a link to a folder isn't followed; name "
                                                                              "the folder's files by paths in it"
                                                                            : "leave it out"));
    }
    const bool executable = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
    files_[*path] = {.file = file, .path = *path, .executable = executable};
    return {};
  }

  [[nodiscard]] Result<std::string> path_of(const fs::path& file) const {
    const fs::path path = file.lexically_relative(folder_);
    if (!path.empty() && *path.begin() != "..") return path.generic_string();
    return fail(errc::invalid_input,
                fmt::format("--with: {} lies outside of {}, the sweep file's folder: the sweep couldn't name it",
                            file.string(), folder_.string()));
  }

  fs::path folder_;
  std::map<std::string, ShippedFile> files_{};
};

Result<void> send_file(const DaemonPlace& place, const std::string& upload, const ShippedFile& file) {
  std::ifstream in(file.file, std::ios::binary);
  std::uint64_t offset = 0;
  for (;;) {
    std::string part(kPartBytes, '\0');
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    if (in.bad() || (!in && !in.eof())) {
      return fail(errc::invalid_input, file.file.string() + ": cannot be read");
    }
    part.resize(static_cast<std::size_t>(in.gcount()));
    if (part.empty() && offset > 0) return {};
    const std::size_t size = part.size();
    const auto answer =
        ask_daemon(place, {.method = "PUT",
                           .target = fmt::format("/api/v1/uploads/{}/files?path={}&offset={}&executable={}", upload,
                                                 percent_encoded(file.path), offset, file.executable),
                           .body = std::move(part),
                           .content_type = "application/octet-stream"});
    if (!answer) return fail(answer.error().code, file.path + ": " + answer.error().message);
    offset += size;
    if (size < kPartBytes) return {};
  }
}

void add_named(const Value& value, const fs::path& folder, std::vector<fs::path>& files) {
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
    const fs::path path = (folder / value.get<std::string>()).lexically_normal();
    std::error_code ignored;
    if (fs::exists(path, ignored)) files.push_back(path);
  }
  if (!value.is_structured()) return;
  for (const Value& inner : value) add_named(inner, folder, files);
}

}  // namespace

Result<std::vector<ShippedFile>> shipped_files(const std::vector<std::string>& named, const fs::path& folder) {
  return catching(errc::invalid_input, [&]() -> Result<std::vector<ShippedFile>> {
    Gathering gathering(folder);
    for (const std::string& name : named) {
      if (auto added = gathering.add(name); !added) return fail(added.error());
    }
    return gathering.files();
  });
}

Result<std::string> ship(const DaemonPlace& place, const std::vector<ShippedFile>& files) {
  const auto begun = ask_daemon(place, {.method = "POST", .target = "/api/v1/uploads"});
  if (!begun) return fail(begun.error());
  std::string upload = begun->at("id").get<std::string>();
  for (const ShippedFile& file : files) {
    if (auto sent = send_file(place, upload, file); !sent) {
      discard_shipment(place, upload);
      return fail(sent.error());
    }
  }
  return upload;
}

void discard_shipment(const DaemonPlace& place, const std::string& upload) {
  (void)ask_daemon(place, {.method = "DELETE", .target = "/api/v1/uploads/" + upload});  // else it does so itself
}

std::vector<fs::path> files_named(const SweepSpec& spec, const fs::path& folder) {
  std::vector<fs::path> files;
  if (!spec.program.empty()) files.push_back((folder / spec.program).lexically_normal());
  if (!spec.trainer.module.empty()) files.push_back((folder / spec.trainer.module).lexically_normal());
  for (const std::string& word : spec.command) add_named(word, folder, files);
  add_named(spec.trainer.options, folder, files);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

bool is_elsewhere(const DaemonPlace& place) {
  return place.socket.empty() && place.host != "localhost" && place.host != "::1" && !place.host.starts_with("127.");
}

}  // namespace winnow::cli
