/// Errors that mean that this process or machine has run out of something: no fault of a program that was to start.
#pragma once

#include <cerrno>

namespace winnow::process {

/// Of descriptors, processes or memory.
inline bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == EAGAIN || error == ENOMEM || error == ENOBUFS;
}

}  // namespace winnow::process
