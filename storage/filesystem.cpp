#include <winnow/storage/filesystem.hpp>

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <system_error>

#include <winnow/base/file.hpp>

namespace winnow {

namespace fs = std::filesystem;

namespace {

constexpr const char* kVariable = "WINNOW_LEDGER_LOCKING";

struct Kind {
  std::uint32_t magic;
  std::string_view name;
};

/// From linux/magic.h and the file systems' own sources.
constexpr std::array kNetworks = {Kind{0x6969, "NFS"},
                                  Kind{0x517B, "SMB"},
                                  Kind{0xFE534D42, "SMB"},
                                  Kind{0xFF534D42, "CIFS"},
                                  Kind{0x0BD00BD0, "Lustre"},
                                  Kind{0x47504653, "GPFS"},
                                  Kind{0x19830326, "BeeGFS"},
                                  Kind{0x00C36400, "CephFS"},
                                  Kind{0x65735546, "FUSE"},
                                  Kind{0x01021997, "9p"},
                                  Kind{0x5346414F, "AFS"},
                                  Kind{0x6B414653, "AFS"},
                                  Kind{0x73757245, "Coda"},
                                  Kind{0x564C, "NCP"},
                                  Kind{0x01161970, "GFS2"},
                                  Kind{0x7461636F, "OCFS2"},
                                  Kind{0xAAD7AAEA, "PanFS"},
                                  Kind{0x786F4256, "VirtualBox's shared folders"},
                                  Kind{0xBACBACBC, "VMware HGFS"}};

/// `path`, or the nearest folder above it that is there.
fs::path nearest(const fs::path& path) {
  std::error_code ignored;
  fs::path at = fs::absolute(path, ignored);
  while (!fs::exists(at, ignored) && at.has_relative_path()) at = at.parent_path();
  return at.empty() ? "." : at;  // where the working directory was deleted: it has a file system all the same
}

LockingChoice exclusive(const fs::path& dir, std::string_view why) {
  return {Locking::exclusive,
          fmt::format("{}: {}: while this process runs, nobody else can open the ledger, and others read it through "
                      "this process, on this host ({}=shared if that is wrong)",
                      dir.string(), why, kVariable)};
}

}  // namespace

std::optional<std::string_view> network_name(std::int64_t magic) {
  // On some machines the number is a signed one of 32 bits.
  const auto* kind = std::find_if(kNetworks.begin(), kNetworks.end(),
                                  [magic](const Kind& k) { return k.magic == static_cast<std::uint32_t>(magic); });
  if (kind == kNetworks.end()) return std::nullopt;
  return kind->name;
}

Result<std::optional<std::string_view>> network_file_system(const fs::path& path) {
  const fs::path at = nearest(path);
  struct statfs info {};
  if (::statfs(at.c_str(), &info) != 0) return posix::failed(at, "cannot find out its file system");
  return network_name(static_cast<std::int64_t>(info.f_type));
}

Result<std::uint64_t> free_bytes(const fs::path& path) {
  const fs::path at = nearest(path);
  struct statvfs info {};
  if (::statvfs(at.c_str(), &info) != 0) return posix::failed(at, "cannot find out how much room is left");
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

Result<LockingChoice> choose_locking(const fs::path& dir) {
  const char* set = std::getenv(kVariable);
  const std::string_view wanted = set == nullptr || *set == '\0' ? "auto" : set;
  if (wanted == "shared") return LockingChoice{};
  if (wanted == "exclusive") return exclusive(dir, fmt::format("{}=exclusive", kVariable));
  if (wanted != "auto") {
    return fail(errc::invalid_input, fmt::format("{}: is auto, shared or exclusive, not \"{}\"", kVariable, wanted));
  }
  const auto network = network_file_system(dir);
  if (!network) return fail(network.error());
  if (!*network) return LockingChoice{};
  return exclusive(dir, fmt::format("is on a network file system ({})", **network));
}

}  // namespace winnow
