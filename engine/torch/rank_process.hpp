/// Names a process so that another one of the same machine can end it.
#pragma once

#include <string>

namespace winnow::hf {

/// This one: by its number, its start and the machine's, so that it is no other's name, later or elsewhere.
std::string this_process();

/// Kills the process of that name. False: there is none here.
bool end_process(const std::string& name);

}  // namespace winnow::hf
