/// Manual pages in man(7), which groff and mandoc render, of what is declared: one for the program, one for each
/// command (`winnow-run(1)`). They say what --help says, and where the rest stands.
#pragma once

#include <string>

namespace winnow::cli {

struct DeclaredCommand;

struct PageFrame {
  std::string date;       ///< as 2026-01-31; may be empty
  std::string version;    ///< `Winnow 0.1.0`
  std::string related{};  ///< a program whose page the program's own one names
};

/// `winnow-run`, the page's name of `winnow run`.
std::string page_name(const DeclaredCommand& command);
std::string man_page(const DeclaredCommand& program, const DeclaredCommand& command, const PageFrame& frame);

}  // namespace winnow::cli
