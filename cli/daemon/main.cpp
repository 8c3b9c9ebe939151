#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/daemon/daemon.hpp>
#include <winnow/cli/daemon_client.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/help_format.hpp>
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
  winnow submit sweep.yaml; winnow ls            what it is asked to run, and what it runs
  curl --unix-socket ~/.local/state/winnow/socket http://localhost/api/v1/sweeps

Files:
  DIR/sweeps/ID/         a run directory, as winnow run makes it: winnow show, best, export, replay work on it
  DIR/socket             the API for processes of the same user, without a token
  DIR/admin-token        the first token, for all else: Authorization: Bearer TOKEN

Exit codes: 0 ended by a signal, 2 bad usage, or a directory or address that isn't for it, 1 it couldn't start otherwise.)";

int run(int argc, char** argv) {
  CLI::App app{"winnowd: many sweeps on one machine, over HTTP; what it is told is kept whatever ends it"};
  app.formatter(help_format());
  app.footer(kExamples);
  app.set_version_flag("--version", version_text, "version, build options and libraries");
  DaemonOptions options{.directory = default_state_directory()};
  server::HttpOptions& http = options.http;
  app.add_option("--dir", options.directory, "the state directory [~/.local/state/winnow]")
      ->type_name(kDirectory)
      ->check(kNamed);
  app.add_option("--slots", options.slots, "trials at a time, of all sweeps together [one a core]")
      ->check(CLI::Range(1, kMostSlots));
  app.add_option("--listen", http.listen, "ADDRESS:PORT, may be repeated [127.0.0.1:7437 and [::1]:7437]")
      ->type_name("ADDRESS:PORT")
      ->allow_extra_args(false);
  app.add_option("--tls-certificate", http.tls_certificate, "certificate with its chain, PEM: TLS on every address")
      ->type_name(kFile);
  app.add_option("--tls-key", http.tls_key, "its key, PEM, not readable by others")->type_name(kFile);
  app.add_option("--host", http.hosts, "a name that it is called by, besides localhost; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  app.add_flag("--log-json", options.json_log, "log lines as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kUsage;
  }
  auto spawner = Spawner::start();  // before there is a thread, and with signals as they are
  if (!spawner) return complain(spawner.error());
  const sigset_t signals = hold_signals();
  if (auto served = serve(options, std::move(*spawner), signals); !served) return complain(served.error());
  return kDone;
}

}  // namespace

int main(int argc, char** argv) {
  if (is_worker()) serve_sweep();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is an error to report, not a death
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    return complain({errc::internal, e.what()});
  }
}
