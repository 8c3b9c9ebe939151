/// The commands of `winnow`. Each function adds one, with its options, and has it set `code` when it was run: 0 done, 1
/// the sweep failed, 2 bad input or usage, 130 interrupted (resumable).
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace winnow::cli {

void add_run(CLI::App& app, int& code);
void add_resume(CLI::App& app, int& code);
void add_retry(CLI::App& app, int& code);
void add_pause(CLI::App& app, int& code);
void add_stop(CLI::App& app, int& code);
void add_asktell(CLI::App& app, int& code);
void add_best(CLI::App& app, int& code);
void add_importance(CLI::App& app, int& code);
void add_replay(CLI::App& app, int& code);
void add_train(CLI::App& app, int& code);
void add_show(CLI::App& app, int& code);
void add_export(CLI::App& app, int& code);
void add_report(CLI::App& app, int& code);
void add_check(CLI::App& app, int& code);
void add_sample(CLI::App& app, int& code);
void add_convert(CLI::App& app, int& code);
void add_launch(CLI::App& app, int& code);
void add_submit(CLI::App& app, int& code);
void add_ls(CLI::App& app, int& code);
void add_watch(CLI::App& app, int& code);
void add_logs(CLI::App& app, int& code);
void add_change(CLI::App& app, int& code);
void add_rm(CLI::App& app, int& code);
void add_top(CLI::App& app, int& code);
void add_ready(CLI::App& app, int& code);
void add_token(CLI::App& app, int& code);
void add_context(CLI::App& app, int& code);
void add_completions(CLI::App& app, int& code);
/// Hidden: the build makes the pages by it.
void add_manual(CLI::App& app, int& code);
/// The same of another program; the page of the one names that of the other.
void add_manual_of(CLI::App& app, const std::string& program, const std::string& related, int& code);

}  // namespace winnow::cli
