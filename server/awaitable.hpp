/// Asio's coroutine type. Boost 1.74's header uses std::exchange without including it.
///
/// g++ 12 makes wrong code of a co_await in a loop's condition: it stands in a statement of its own.
#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>
