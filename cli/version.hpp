/// What `winnow --version` prints: the version on the first line, then how it was built and with what.
#pragma once

#include <string>

namespace winnow::cli {

std::string version_text();

}  // namespace winnow::cli
