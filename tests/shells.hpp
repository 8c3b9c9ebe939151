/// Completion scripts in the shells that they are for: what TAB offers. zsh and fish may be missing: ask `has` first.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "e2e/support.hpp"

namespace winnow::test {

inline bool has(const std::string& program) {
  return Process({"sh", "-c", "command -v \"$0\" > /dev/null", program}).wait().code == 0;
}

using Words = std::vector<std::string>;

inline Words sorted(Words words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

/// COMPREPLY where the words of the line are these and the cursor is at the end of the last one.
inline Words bash_offers(const std::filesystem::path& script, const Words& line) {
  Words command = {"bash",
                   "--norc",
                   "-c",
                   "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _\"$1\"; "
                   "[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"",
                   "bash",
                   script.string()};
  command.insert(command.end(), line.begin(), line.end());
  const Finished end = Process(command).wait();
  EXPECT_EQ(end.err, "");
  return sorted(lines_of(end.out));
}

/// `keys` typed into an interactive shell on a terminal, in `folder`; a key behind them (Ctrl-X) has the shell write
/// down what the line is then, and leave.
inline std::string typed(const std::string& shell, const std::filesystem::path& folder, const std::string& keys) {
  Process({"sh", "-c", "cd \"$1\" && script -qec \"$2\" /dev/null", "sh", folder.string(), shell}, keys + "\x18",
          {"TERM=dumb", "HOME=" + folder.string(), "ZDOTDIR=" + folder.string(), "INPUTRC=/dev/null"}, true)
      .wait();
  std::ifstream in(folder / "line");
  std::string line;
  std::getline(in, line);
  return line;
}

/// The line of an interactive bash behind `keys`.
inline std::string bash_line(const std::filesystem::path& script, const std::filesystem::path& folder,
                             const std::string& keys) {
  write(folder / ".bashrc", "PS1=\nsource '" + script.string() +
                                "'\n"
                                "leave() { printf '%s\\n' \"$READLINE_LINE\" > line; exit; }\n"
                                "bind -x '\"\\C-x\": leave'\n");
  return typed("bash --noprofile --rcfile .bashrc -i", folder, keys);
}

/// The line of an interactive zsh behind `keys`, and in `offers` all that was offered on the way.
inline std::string zsh_line(const std::filesystem::path& script, const std::filesystem::path& folder,
                            const std::string& keys, Words* offers = nullptr) {
  std::filesystem::remove(folder / "offers");
  write(folder / ".zshrc", "PS1=\nautoload -Uz compinit && compinit -u -d ~/dump\nsource '" + script.string() +
                               "'\n"
                               R"zsh(
compadd() {  # notes what is offered; with -O, -A or -D nothing is
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a offered
    builtin compadd -A offered "$@"
    print -rl -- $offered >> ~/offers
  fi
  builtin compadd "$@"
}
leave() { print -r -- "$BUFFER" > line; exit }
zle -N leave
bindkey '^X' leave
)zsh");
  const std::string line = typed("zsh -d -i", folder, keys);
  if (offers != nullptr) {
    std::ifstream in(folder / "offers");
    offers->clear();
    for (std::string word; std::getline(in, word);) {
      if (!word.empty()) offers->push_back(word);
    }
    *offers = sorted(*offers);
  }
  return line;
}

/// What fish offers at the end of the line; without the descriptions.
inline Words fish_offers(const std::filesystem::path& script, const std::filesystem::path& folder,
                         const std::string& line) {
  const Finished end =
      Process({"sh", "-c", "cd \"$1\" && fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \"$2\" \"$3\"",
               "sh", folder.string(), script.string(), line},
              "", {"HOME=" + folder.string()})
          .wait();
  EXPECT_EQ(end.err, "");
  Words words;
  for (const std::string& offer : lines_of(end.out)) words.push_back(offer.substr(0, offer.find('\t')));
  return sorted(words);
}

}  // namespace winnow::test
