/// Asio's coroutine type. Boost 1.74's header uses std::exchange without including it.
///
/// g++ 12 makes wrong code of two things, which the sanitizers find: a co_await in a loop's condition, so it stands in
/// a statement of its own; and a lambda with captures made within a co_await's expression, which is destroyed twice, so
/// it gets a name before.
#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>
