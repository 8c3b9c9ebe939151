#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <optional>

#include <winnow/base/file.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon/daemon.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/folders.hpp>
#include <winnow/cli/help_format.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/version.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace {

using namespace winnow;
using namespace winnow::cli;

constexpr const char* kExamples = R"(Examples:
  winnowd                                        on this machine only, with the state in ~/.local/state/winnow
  winnowd --dir /srv/winnow --slots 8            eight trials at a time, of all sweeps together
  winnowd --listen 0.0.0.0:7437 --tls-certificate box.pem --tls-key box.key --host box.example.org
  winnowd --config /etc/winnow/winnowd.yaml      settings of a file; options of the command line win
  winnowd check-config                           the settings that would be in force
  winnow submit sweep.yaml; winnow ls            what it is asked to run, and what it runs
  curl --unix-socket ~/.local/state/winnow/socket http://localhost/api/v1/sweeps

Files:
  ~/.config/winnow/winnowd.yaml    settings, where --config names no other file; else /etc/winnow/winnowd.yaml
  DIR/sweeps/ID/         a run directory, as winnow run makes it: winnow show, best, export, replay work on it
  DIR/socket             the API for processes of the same user, without a token
  DIR/admin-token        the first token, for all else: Authorization: Bearer TOKEN

Exit codes: 0 ended by a signal, 2 bad usage, or a setting, directory or address that isn't for it, 1 it couldn't start otherwise.)";

/// The command line, and the settings that it and its file make.
class CommandLine {
public:
  CommandLine(int argc, char** argv) : argc_(argc), argv_(argv) { declare(); }

  /// Fails with CLI11's own exceptions.
  void parse() { app_.parse(argc_, argv_); }
  [[nodiscard]] int exit(const CLI::ParseError& e) const { return app_.exit(e) == 0 ? kDone : kUsage; }
  [[nodiscard]] bool checks() const { return check_->parsed(); }
  /// What a hidden command has come to, if it was one.
  [[nodiscard]] std::optional<int> done() const {
    return app_.got_subcommand("manual") ? std::optional(code_) : std::nullopt;
  }

  /// The file's settings, and over them the options that the command line has. To be called again when the file may
  /// have changed.
  Result<Settings> read() {
    config_.clear();
    parse();  // says which file
    file_ = config_.empty() ? usual_settings_file() : config_;
    settings_ = usual();
    std::optional<Document> document;
    if (!file_.empty()) {
      auto opened = open_settings(file_);
      if (!opened) return fail(opened.error());
      document = std::move(*opened);
      if (auto read = read_settings(*document, settings_); !read) return fail(read.error());
    }
    parse();
    if (settings_.log.file == "-") settings_.log.file.clear();
    if (auto right = take_allowance(); !right) return fail(right.error());
    const bool as_file = app_.count("--listen") + app_.count("--tls-certificate") + app_.count("--tls-key") == 0;
    if (auto right = check(settings_, document && as_file ? &*document : nullptr); !right) return fail(right.error());
    return settings_;
  }

  /// Where the settings that were read last are from, for people.
  [[nodiscard]] std::string origin() const { return file_.empty() ? "no settings file" : file_.string(); }

private:
  static Settings usual() { return {.directory = state_folder()}; }

  void declare() {
    server::HttpOptions& http = settings_.http;
    app_.formatter(help_format());
    app_.footer(kExamples);
    app_.set_version_flag("--version", version_text, "version, build options and libraries");
    app_.add_option("--config", config_,
                    "the settings' file [~/.config/winnow/winnowd.yaml or /etc/winnow/winnowd.yaml, if there is one]")
        ->type_name(kFile)
        ->check(kNamed);
    app_.add_option("--dir", settings_.directory, "the state directory [~/.local/state/winnow]")
        ->type_name(kDirectory)
        ->check(kNamed);
    app_.add_option("--slots", settings_.slots, "trials at a time, of all sweeps together [one a core]")
        ->check(CLI::Range(1, kMostSlots));
    app_.add_option("--min-free", settings_.min_free,
                    "MiB of free disk below which no further trial starts; 0: never [256]")
        ->check(CLI::NonNegativeNumber);
    add_list("--listen", http.listen, "ADDRESS",
             "address and port where it listens, as 0.0.0.0:7437; may be repeated [port 7437 of 127.0.0.1 and ::1]");
    app_.add_option("--tls-certificate", http.tls_certificate, "certificate with its chain, PEM: TLS on every address")
        ->type_name(kFile);
    app_.add_option("--tls-key", http.tls_key, "its key, PEM, not readable by others")->type_name(kFile);
    add_list("--host", http.hosts, "NAME", "a name that it is called by, besides localhost; may be repeated");
    add_list("--origin", http.origins, "ORIGIN",
             "https://HOST[:PORT] of pages that may ask it, besides its own; may be repeated");
    const auto format = [this](const std::string& word) {
      settings_.log.format = word == to_string(LogFormat::json) ? LogFormat::json : LogFormat::text;
    };
    app_.add_option_function<std::string>("--log-format", format, "how the log's lines are written [text]")
        ->check(CLI::IsMember({"text", "json"}));
    app_.add_option("--log-file", settings_.log.file,
                    "the log goes there, opened anew at SIGHUP; -: standard error [standard error]")
        ->type_name(kFile)
        ->check(kNamed);
    app_.add_option("--connections", http.limits.connections, "open at a time at most [4096]")
        ->check(CLI::Range(1, 1'000'000));
    app_.add_option("--rate", http.rate.rate, "requests of one token a second; 0: as many as it likes [0]")
        ->check(CLI::NonNegativeNumber);
    app_.add_option("--burst", http.rate.burst, "of them at once, before --rate holds [0]")
        ->check(CLI::NonNegativeNumber);
    app_.add_option("--uploads", settings_.uploads,
                    "MiB that files which are sent ahead of their sweeps may take; 0: none are taken [1024]")
        ->check(CLI::Range(std::int64_t{0}, kMostMebibytes));
    app_.add_option("--allow-folder", folders_,
                    "sweeps run only what lies in it, or in another one that is named so; may be repeated [anything]")
        ->type_name(kDirectory)
        ->check(kNamed)
        ->allow_extra_args(false);
    app_.add_option("--allow-program", programs_, "besides, sweeps may run this program; may be repeated")
        ->type_name(kFile)
        ->check(kNamed)
        ->allow_extra_args(false);
    check_ = add_command(app_, "check-config", "Print the settings that would be in force, and what is wrong with them",
                         "winnowd check-config /etc/winnow/winnowd.yaml", "0 they fit, 2 they don't");
    check_->add_option("file", config_, "the settings' file [as --config]")->type_name(kFile)->check(kNamed);
    check_->fallthrough();
    add_manual_of(app_, "winnowd", "winnow", code_);
  }

  Result<void> take_allowance() {
    if (folders_.empty() && programs_.empty()) return {};
    if (!settings_.allow) settings_.allow.emplace();
    const auto take = [](const std::vector<std::filesystem::path>& given, std::vector<std::filesystem::path>& into) {
      if (!given.empty()) into.clear();
      for (const auto& path : given) into.push_back(absolute_path(path));
    };
    take(folders_, settings_.allow->folders);
    take(programs_, settings_.allow->programs);
    if (!settings_.allow->folders.empty()) return {};
    return fail(errc::invalid_input, "--allow-program: needs --allow-folder, without which no sweep could run");
  }

  void add_list(const char* name, std::vector<std::string>& into, const char* label, const char* about) {
    app_.add_option(name, into, about)->type_name(label)->allow_extra_args(false);
  }

  int code_ = kDone;
  int argc_;
  char** argv_;
  CLI::App app_{"winnowd: many sweeps on one machine, over HTTP; what it is told is kept whatever ends it"};
  CLI::App* check_ = nullptr;
  Settings settings_ = usual();
  std::vector<std::filesystem::path> folders_;
  std::vector<std::filesystem::path> programs_;
  std::filesystem::path config_;
  std::filesystem::path file_;
};

int run(int argc, char** argv) {
  CommandLine line(argc, argv);
  try {
    line.parse();
  } catch (const CLI::ParseError& e) {
    return line.exit(e);
  }
  if (const auto code = line.done()) return end_output(*code);
  const auto settings = line.read();
  if (!settings) return complain(settings.error());
  if (line.checks()) {
    if (auto right = check(settings->log); !right) return complain(right.error());
    print("# {}\n{}", line.origin(), settings_text(*settings));
    return end_output(kDone);
  }
  auto spawner = Spawner::start();  // before there is a thread, and with signals as they are
  if (!spawner) return complain(spawner.error());
  const sigset_t signals = hold_signals();
  const auto reread = [&line] { return line.read(); };
  if (auto served = serve(*settings, reread, std::move(*spawner), signals); !served) return complain(served.error());
  return kDone;
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  if (is_worker()) serve_sweep();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is an error to report, not a death
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    return complain({errc::internal, e.what()});
  }
}
