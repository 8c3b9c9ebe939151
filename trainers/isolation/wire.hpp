/// What Winnow and a worker (worker.hpp) say to each other: JSON values as CBOR, each a frame (process/frame.hpp).
///
/// To the worker, `op`: `make` (context; suggest: whether it may ask for values), `advance`, `save` and `restore`
/// (file), each answered once, in order; `answered` (taken, verdict), `cancel`, `leave` and `value` (the answer to what
/// it asked) without an answer. From it: an answer, an `error` (code, message) or the call's own; or `suggest` (name,
/// domain) in the middle of a call.
#pragma once

#include <optional>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::isolation {

/// False if the other end is gone.
bool send(int socket, const Value& value);
/// Blocks until one is there, whole. Nothing if the other end is gone, or what came is none.
std::optional<Value> receive(int socket);

Value to_value(const Progress& progress);
Progress progress_of(const Value& value);

/// `{"error": …}`
Value to_value(const Error& error);
/// Of an answer that is an error.
std::optional<Error> error_in(const Value& answer);

}  // namespace winnow::isolation
