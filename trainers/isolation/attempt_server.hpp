/// One attempt inside its worker: does what it is told through a socket, until it is told to leave.
#pragma once

#include <winnow/trainers/trainable.hpp>

namespace winnow::isolation {

/// Returns when the trainable is gone, of which nothing is left to do but to end. Where the other end of the socket is
/// gone the process ends on the spot.
void serve_attempt(int socket, TrainableFactory& factory);

}  // namespace winnow::isolation
