/// Daemons by name, in a file that is its owner's alone: `~/.config/winnow/client.yaml` (docs/daemon.md, "Daemons
/// elsewhere").
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow::cli {

struct DaemonContext {
  std::string url{};                   ///< unix:PATH, http:// or https://
  std::string token{};                 ///< the secret itself, or
  std::filesystem::path token_file{};  ///< the file that it is in, its owner's alone
  std::filesystem::path ca{};          ///< whom the certificate may be signed by, PEM; empty: whom the system trusts
  bool operator==(const DaemonContext&) const = default;
};

struct Contexts {
  std::string current{};  ///< the one that is taken where none is named; empty: none
  std::map<std::string, DaemonContext> daemons{};
};

std::filesystem::path contexts_file();

/// Of a file that isn't there: none. Relative paths in it start in its folder. Fails with `file:line:column: key: …`,
/// and with `illegal_state` where others may read it.
Result<Contexts> read_contexts(const std::filesystem::path& file);

/// Makes the file's folder where it isn't there. Comments in the file are lost.
Result<void> write_contexts(const std::filesystem::path& file, const Contexts& contexts);

/// Fails with `invalid_input` and which there are, where there is none of that name.
Result<DaemonContext> context_named(const Contexts& contexts, const std::string& name);

/// The secret, from wherever it is; empty: it has none. Fails where its file can't be read, or others may read it.
Result<std::string> token_of(const DaemonContext& context);

}  // namespace winnow::cli
