#include <winnow/cli/contexts.hpp>

#include <fmt/format.h>

#include <vector>

#include <winnow/base/catching.hpp>
#include <winnow/base/file.hpp>
#include <winnow/base/private_file.hpp>
#include <winnow/cli/folders.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/core/value.hpp>
#include <winnow/space/reader.hpp>

namespace winnow::cli {
namespace {

namespace fs = std::filesystem;

DaemonContext read_context(MappingReader mapping, const fs::path& folder) {
  DaemonContext context;
  const auto path = [&](std::string_view key) -> fs::path {
    const auto text = mapping.text(key);
    return text && !text->empty() ? (folder / *text).lexically_normal() : fs::path();
  };
  context.url = mapping.text("url").value_or("");
  context.token = mapping.text("token").value_or("");
  context.token_file = path("token_file");
  context.ca = path("ca");
  mapping.finish("a daemon");
  if (context.url.empty()) mapping.complain("url is missing");
  if (!context.token.empty() && !context.token_file.empty()) {
    mapping.complain("token_file", "stands beside token; give one of them");
  }
  return context;
}

Contexts read_root(MappingReader top, const fs::path& folder) {
  Contexts contexts;
  contexts.current = top.text("current").value_or("");
  if (const Node* node = top.find("daemons")) {
    const MappingReader daemons(*node, "daemons", top.diagnostics());
    for (const Node::Entry& entry : daemons.node().entries) {
      contexts.daemons[entry.key] = read_context({entry.node, daemons.path_of(entry.key), top.diagnostics()}, folder);
    }
  }
  top.finish("the client's settings");
  if (!contexts.current.empty() && !contexts.daemons.contains(contexts.current)) {
    top.complain("current", fmt::format("'{}' isn't among the daemons", contexts.current));
  }
  return contexts;
}

std::string quoted(const std::string& text) {
  return Value(text).dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::string line(const char* key, const std::string& text) {
  return text.empty() ? "" : fmt::format("    {}: {}\n", key, quoted(text));
}

}  // namespace

fs::path contexts_file() {
  return config_folder() / "client.yaml";
}

Result<Contexts> read_contexts(const fs::path& file) {
  const auto text = read_private_file(file);
  if (!text) return fail(text.error());
  if (!*text) return Contexts();
  const auto document = parse_document(**text, file.string());
  if (!document) return fail(document.error());
  if (document->root.is_null()) return Contexts();
  Diagnostics diagnostics(file.string());
  Contexts contexts = read_root({document->root, "", diagnostics}, absolute_path(file).parent_path());
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return contexts;
}

Result<void> write_contexts(const fs::path& file, const Contexts& contexts) {
  std::string text = "# Written by `winnow context`, which keeps no comments.\n";
  if (!contexts.current.empty()) text += fmt::format("current: {}\n", quoted(contexts.current));
  if (!contexts.daemons.empty()) text += "daemons:\n";
  for (const auto& [name, context] : contexts.daemons) {
    text += fmt::format("  {}:\n", quoted(name)) + line("url", context.url) + line("token", context.token) +
            line("token_file", context.token_file.string()) + line("ca", context.ca.string());
  }
  return catching(errc::io, [&]() -> Result<void> {
    fs::create_directories(file.parent_path());
    return write_private_file(file, text);
  });
}

Result<DaemonContext> context_named(const Contexts& contexts, const std::string& name) {
  const auto found = contexts.daemons.find(name);
  if (found != contexts.daemons.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, context] : contexts.daemons) names.push_back(known);
  if (names.empty()) {
    return fail(
        errc::invalid_input,
        fmt::format("there is no context '{0}', nor another; `winnow context add {0} --url URL` makes it", name));
  }
  return fail(errc::invalid_input, fmt::format("there is no context '{}'{} (there are: {})", name,
                                               did_you_mean(name, names), listed(names)));
}

Result<std::string> token_of(const DaemonContext& context) {
  if (context.token_file.empty()) return context.token;
  auto text = read_private_file(context.token_file);
  if (!text) return fail(text.error());
  if (!*text) return fail(errc::invalid_input, context.token_file.string() + ": there is no such file");
  std::string token = std::move(**text);
  const auto end = token.find_last_not_of(" \r\n\t");
  token.erase(end == std::string::npos ? 0 : end + 1);
  if (token.empty()) return fail(errc::invalid_input, context.token_file.string() + ": there is no token in it");
  return token;
}

}  // namespace winnow::cli
