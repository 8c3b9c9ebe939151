#include <winnow/cli/daemon/settings.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <optional>
#include <string_view>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/base/text_file.hpp>
#include <winnow/cli/folders.hpp>
#include <winnow/server/http_server.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostConnections = 1'000'000;

/// Of a section: an empty one where the key is absent.
const Node& section(MappingReader& top, std::string_view key) {
  static const Node kNone = [] {
    Node none;
    none.kind = Node::Kind::mapping;
    return none;
  }();
  const Node* node = top.find(key);
  return node == nullptr ? kNone : *node;
}

class SettingsReader {
public:
  SettingsReader(const Document& document, Diagnostics& diagnostics)
      : folder_(absolute_path(document.file).parent_path()), top_(document.root, "", diagnostics) {}

  void read(Settings& settings) {
    path(top_, "dir", settings.directory);
    read_slots(settings.slots);
    settings.min_free = top_.integer("min_free", 0, kMostMebibytes).value_or(settings.min_free);
    texts(top_, "listen", settings.http.listen);
    texts(top_, "hosts", settings.http.hosts);
    texts(top_, "origins", settings.http.origins);
    read_tls(settings.http);
    read_log(settings.log);
    read_limits(settings);
    read_allow(settings.allow);
    top_.finish("winnowd");
  }

private:
  void path(MappingReader& mapping, std::string_view key, fs::path& into) {
    if (const auto text = mapping.text(key)) into = whole(mapping, key, *text);
  }

  void paths(MappingReader& mapping, std::string_view key, std::vector<fs::path>& into) {
    std::vector<std::string> read;
    texts(mapping, key, read);
    for (const std::string& text : read) into.push_back(whole(mapping, key, text));
  }

  [[nodiscard]] fs::path whole(MappingReader& mapping, std::string_view key, const std::string& text) const {
    if (text.empty()) mapping.complain(key, "is empty; name a path, or leave the key out");
    if (text.starts_with("~")) mapping.complain(key, "~ stays as it is here: write the whole path");
    return (folder_ / text).lexically_normal();
  }

  /// One text, or a list of them.
  void texts(MappingReader& mapping, std::string_view key, std::vector<std::string>& into) {
    const Node* node = mapping.find(key);
    if (node == nullptr) return;
    std::vector<std::string> read;
    if (node->scalar.is_string()) read.push_back(node->text);
    for (const Node& item : node->items) {
      if (!item.scalar.is_string()) {
        return mapping.diagnostics().error(item.position, mapping.path_of(key),
                                           fmt::format("must be a text, got {}", shown(item)));
      }
      read.push_back(item.text);
    }
    const bool right = node->is_sequence() || node->scalar.is_string();
    if (!right) return mapping.complain(key, fmt::format("must be a text, or a list of texts, got {}", shown(*node)));
    into = std::move(read);
  }

  void read_slots(int& slots) {
    const Node* node = top_.find("slots");
    if (node != nullptr && node->scalar.is_string() && node->text == "auto") {
      slots = 0;
    } else if (const auto said = top_.integer("slots", 1, kMostSlots)) {
      slots = static_cast<int>(*said);
    }
  }

  void read_tls(server::HttpOptions& http) {
    MappingReader tls(section(top_, "tls"), "tls", top_.diagnostics());
    path(tls, "certificate", http.tls_certificate);
    path(tls, "key", http.tls_key);
    tls.finish("tls");
  }

  void read_log(LogSettings& settings) {
    MappingReader log(section(top_, "log"), "log", top_.diagnostics());
    settings.format = log.choice<LogFormat>("format", {{"text", LogFormat::text}, {"json", LogFormat::json}})
                          .value_or(settings.format);
    path(log, "file", settings.file);
    log.finish("log");
  }

  void read_limits(Settings& settings) {
    server::HttpOptions& http = settings.http;
    MappingReader limits(section(top_, "limits"), "limits", top_.diagnostics());
    if (const auto most = limits.integer("connections", 1, kMostConnections)) {
      http.limits.connections = static_cast<std::size_t>(*most);
    }
    http.rate.rate = limits.number("rate", {.low = 0}).value_or(http.rate.rate);
    http.rate.burst = limits.number("burst", {.low = 0}).value_or(http.rate.burst);
    settings.uploads = limits.integer("uploads", 0, kMostMebibytes).value_or(settings.uploads);
    limits.finish("limits");
  }

  void read_allow(std::optional<Allowance>& allowance) {
    const Node* node = top_.find("allow");
    if (node == nullptr) return;
    MappingReader allow(*node, "allow", top_.diagnostics());
    allowance.emplace();
    paths(allow, "folders", allowance->folders);
    paths(allow, "programs", allowance->programs);
    allow.finish("allow");
    if (allowance->folders.empty()) allow.complain("folders is missing or empty: no sweep could run");
  }

  fs::path folder_;
  MappingReader top_;
};

const Node* at(const Node& root, std::string_view key) {
  const auto dot = key.find('.');
  const Node* node = root.find(key.substr(0, dot));
  return node == nullptr || dot == std::string_view::npos ? node : at(*node, key.substr(dot + 1));
}

std::string text_of(const std::string& text) {
  return Value(text).dump(-1, ' ', false, Value::error_handler_t::replace);
}

template <class Text>
std::string list_of(const std::vector<Text>& texts) {
  std::string list;
  for (const Text& text : texts) list += (list.empty() ? "" : ", ") + text_of(text);
  return "[" + list + "]";
}

/// A line, where there is something to say.
std::string line_of(const char* key, const fs::path& path) {
  return path.empty() ? "" : fmt::format("{}: {}\n", key, text_of(path.string()));
}

}  // namespace

fs::path usual_settings_file() {
  std::error_code ignored;
  for (const fs::path& file : {config_folder() / "winnowd.yaml", fs::path("/etc/winnow/winnowd.yaml")}) {
    if (fs::exists(file, ignored)) return file;
  }
  return {};
}

Result<Document> open_settings(const fs::path& file) {
  struct stat is {};
  if (::stat(file.c_str(), &is) == 0 && S_ISREG(is.st_mode) && (is.st_mode & S_IWOTH) != 0) {
    return fail(errc::invalid_input, file.string() + ": others may write to it; chmod o-w");
  }
  auto text = read_text_file(file);
  if (!text) return fail(text.error());
  return parse_document(*text, file.string());
}

Result<void> read_settings(const Document& document, Settings& settings) {
  if (document.root.is_null()) return {};
  Diagnostics diagnostics(document.file);
  SettingsReader(document, diagnostics).read(settings);
  if (!diagnostics.ok()) return fail(diagnostics.first_error());
  return {};
}

Result<void> check(const Settings& settings, const Document* document) {
  const auto right = server::check(settings.http);
  if (right || document == nullptr) return right;
  const std::string& key = right.error().key;
  const Node* node = at(document->root, key);
  if (node == nullptr) return right;
  Diagnostics diagnostics(document->file);
  diagnostics.error(node->position, key, right.error().message.substr(key.size() + 2));
  return fail(diagnostics.first_error());
}

std::string settings_text(const Settings& settings) {
  const server::HttpOptions& http = settings.http;
  std::string text = line_of("dir", settings.directory);
  text += fmt::format("slots: {}\n", settings.slots == 0 ? "auto" : std::to_string(settings.slots));
  text += fmt::format("min_free: {}\n", settings.min_free);
  text += fmt::format("listen: {}\nhosts: {}\norigins: {}\n", list_of(http.listen), list_of(http.hosts),
                      list_of(http.origins));
  if (!http.tls_certificate.empty()) {
    text += "tls:\n" + line_of("  certificate", http.tls_certificate) + line_of("  key", http.tls_key);
  }
  text += fmt::format("log:\n  format: {}\n", to_string(settings.log.format)) + line_of("  file", settings.log.file);
  text += fmt::format("limits:\n  connections: {}\n  rate: {}\n  burst: {}\n  uploads: {}\n", http.limits.connections,
                      http.rate.rate, http.rate.burst, settings.uploads);
  if (settings.allow) {
    text += fmt::format("allow:\n  folders: {}\n  programs: {}\n", list_of(settings.allow->folders),
                        list_of(settings.allow->programs));
  }
  return text;
}

std::vector<std::string> keys_for_restart(const Settings& running, const Settings& next) {
  std::vector<std::string> keys;
  const auto note = [&](const char* key, bool same) {
    if (!same) keys.emplace_back(key);
  };
  note("dir", running.directory == next.directory);
  note("slots", running.slots == next.slots);
  note("min_free", running.min_free == next.min_free);
  note("listen", running.http.listen == next.http.listen);
  note("hosts", running.http.hosts == next.http.hosts);
  note("origins", running.http.origins == next.http.origins);
  note("tls", running.http.tls_certificate.empty() == next.http.tls_certificate.empty());
  note("limits.connections", running.http.limits.connections == next.http.limits.connections);
  note("limits.uploads", running.uploads == next.uploads);
  return keys;
}

}  // namespace winnow::cli
