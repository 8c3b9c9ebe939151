#include <winnow/trainers/allowance.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <winnow/trainers/make_trainer.hpp>
#include <winnow/trainers/program/macros.hpp>
#include <winnow/trainers/program/trial_setup.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

/// Variables by which a program that is allowed would run what isn't: where programs, libraries and modules are looked
/// for, and what interpreters run at their start. One that ends with * begins so.
constexpr std::array<std::string_view, 16> kVariables = {
    "PATH",   "LD_*", "GCONV_PATH", "PYTHON*",     "PERL5*",    "PERLLIB", "RUBY*",     "NODE_*",
    "BASH_*", "ENV",  "SHELLOPTS",  "JAVA_TOOL_*", "JDK_JAVA*", "R_*",     "CLASSPATH", "GIT_*"};

bool is_guarded(std::string_view variable) {
  return std::any_of(kVariables.begin(), kVariables.end(), [&](std::string_view one) {
    return one.ends_with('*') ? variable.starts_with(one.substr(0, one.size() - 1)) : variable == one;
  });
}

/// With symbolic links and `..` resolved, as far as it is there; empty if that can't be said.
fs::path resolved(const fs::path& path) {
  std::error_code failed;
  fs::path real = fs::weakly_canonical(path, failed);
  if (failed) return {};
  return real.has_filename() ? real : real.parent_path();
}

/// The same without the last step: a program that is a symbolic link goes by its own name.
fs::path named(const fs::path& path) {
  const fs::path folder = resolved(path.parent_path());
  return folder.empty() ? folder : folder / path.filename();
}

bool is_within(const fs::path& path, const fs::path& folder) {
  if (path.empty() || folder.empty()) return false;
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

class Check {
public:
  Check(const Allowance& allowance, fs::path base) : allowance_(allowance), base_(std::move(base)) {}

  [[nodiscard]] bool in_folders(const fs::path& path) const {
    const fs::path real = resolved(base_ / path);
    return std::any_of(allowance_.folders.begin(), allowance_.folders.end(),
                       [&](const fs::path& folder) { return is_within(real, resolved(folder)); });
  }
  [[nodiscard]] bool is_program(const fs::path& path) const {
    return std::any_of(allowance_.programs.begin(), allowance_.programs.end(), [&](const fs::path& program) {
      const fs::path allowed = named(program);
      return !allowed.empty() && (named(path) == allowed || resolved(path) == allowed);
    });
  }

  [[nodiscard]] Result<void> file(std::string_view key, const fs::path& path) const {
    if (in_folders(path)) return {};
    return refuse(key,
                  (base_ / path).lexically_normal().string() + " lies outside of the folders that are allowed here");
  }
  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view key, const std::string& what) const {
    std::string folders, programs;
    for (const auto& folder : allowance_.folders) folders += (folders.empty() ? "" : ", ") + folder.string();
    for (const auto& program : allowance_.programs) programs += (programs.empty() ? "" : ", ") + program.string();
    std::string message = fmt::format("{}: {}; allowed: what lies in {}", key, what, folders);
    if (!programs.empty()) message += fmt::format(", and the programs {}", programs);
    return fail(Error{errc::invalid_input, std::move(message), std::string(key)});
  }

private:
  const Allowance& allowance_;
  fs::path base_;
};

/// The files among a trainer's options: each text with a slash in it, or that is the name of something there.
Result<void> check_options(const Check& check, const Value& value, const std::string& key, const fs::path& base) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    std::error_code ignored;
    const bool is_file = text.find('/') != std::string::npos || (!text.empty() && fs::exists(base / text, ignored));
    return is_file ? check.file(key, text) : Result<void>();
  }
  if (!value.is_structured()) return {};
  for (const auto& [name, element] : value.items()) {  // of a list, the numbers
    if (auto right = check_options(check, element, key + "." + name, base); !right) return right;
  }
  return {};
}

Result<void> check_trainer(const Check& check, const TrainerSpec& trainer, const fs::path& base) {
  if (!trainer.module.empty()) {
    if (auto right = check.file("trainer.module", trainer.module); !right) return right;
  }
  if (trainer.type.find('/') != std::string::npos) return check.refuse("trainer.type", "a slash is in it");
  return check_options(check, trainer.options, "trainer", base);
}

/// The program that the command starts: a word that is a name as it stands, or one of three macros.
class CommandCheck {
public:
  CommandCheck(const Check& check, const program::CommandPlan& plan) : check_(check), plan_(plan) {}

  [[nodiscard]] Result<void> run() const {
    const auto& words = plan_.options().command;
    std::size_t at = 0;
    while (at < words.size() && is_env(words[at])) ++at;
    if (at > 0 && (at == words.size() || !is_plain(words[at]))) return named_program("/usr/bin/env");
    const std::string& word = words.at(at);
    if (word == "${program}") return {};  // it is checked in any case
    if (word == "${interpreter}") {
      if (at + 1 < words.size() && words[at + 1] == "${program}") return {};
      return named_program(python_interpreter());
    }
    if (word.find("${") != std::string::npos) return check_.refuse("command", word + " isn't the name of a program");
    return named_program(word);
  }

private:
  static bool is_env(const std::string& word) { return word == "${env}" || word == "env" || word == "/usr/bin/env"; }
  /// No option of env, and no variable that it sets.
  static bool is_plain(const std::string& word) {
    return !word.starts_with('-') && word.find('=') == std::string::npos && !program::is_parameter_macro(word);
  }
  [[nodiscard]] Result<void> named_program(const std::string& word) const {
    const auto file = plan_.file_of(word);
    if (!file) return check_.refuse("command", "'" + word + "' is in no folder of PATH");
    const fs::path path = plan_.options().directory / *file;
    if (check_.in_folders(path) || check_.is_program(path)) return {};
    return check_.refuse("command",
                         path.lexically_normal().string() +
                             " isn't a program that is allowed here (`program: train.py` with [${interpreter}, "
                             "${program}, ${args}] needs no other)");
  }

  const Check& check_;
  const program::CommandPlan& plan_;
};

Result<void> check_program(const Check& check, const SweepSpec& spec, const fs::path& base) {
  auto program = program_of(spec, base);
  if (!program) return fail(program.error());
  const fs::path directory = program->options.directory;
  const fs::path file = spec.program.empty() ? fs::path() : directory / spec.program;
  const Result<void> right = file.empty() || check.is_program(file) ? Result<void>() : check.file("program", file);
  if (!right && fs::path(spec.program).is_absolute()) return right;
  if (!check.in_folders(directory)) {
    return check.refuse("process.directory",
                        fmt::format("the program would start in {}, outside of the folders that are allowed here; "
                                    "process: {{directory: .}} is beside the sweep file",
                                    directory.string()));
  }
  if (!right) return right;
  for (const auto& [name, value] : spec.process.env) {
    if (is_guarded(name)) {
      return check.refuse("process.env." + name, "says where programs find what they run, which isn't for a sweep");
    }
  }
  const auto plan = program::CommandPlan::make(std::move(program->options));
  if (!plan) return fail(plan.error());
  return CommandCheck(check, *plan).run();
}

}  // namespace

Result<void> check_allowed(const Allowance& allowance, const Document& sweep_file, const fs::path& base) {
  const Check check(allowance, base);
  if (auto right = check.file("base", base); !right) return right;
  const Node* space = sweep_file.root.find("space");
  if (space == nullptr || !space->is_mapping()) return {};
  for (const Node::Entry& entry : space->entries) {
    if (!entry.node.scalar.is_string()) continue;
    if (auto right = check.file("space." + entry.key, entry.node.text); !right) return right;
  }
  return {};
}

Result<void> check_allowed(const Allowance& allowance, const SweepSpec& spec, const fs::path& base) {
  const Check check(allowance, base);
  if (auto right = check.file("base", base); !right) return right;
  return spec.runs_program() ? check_program(check, spec, base) : check_trainer(check, spec.trainer, base);
}

}  // namespace winnow
