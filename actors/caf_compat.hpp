/// The one place that knows which CAF this is (0.17.6 now, 0.18 through these few lines).
///
/// Interfaces are written in the newer spelling, `typed_actor<caf::result<R>(A...), ...>`.
#pragma once

#include <caf/config.hpp>
#include <caf/result.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace winnow {

#if CAF_VERSION < 1800

template <class>
struct lower_signature;
template <class... A>
struct lower_signature<caf::result<void>(A...)> {
  using type = caf::reacts_to<A...>;
};
template <class R, class... A>
struct lower_signature<caf::result<R>(A...)> {
  using type = typename caf::replies_to<A...>::template with<R>;
};
template <class... S>
using typed_actor = caf::typed_actor<typename lower_signature<S>::type...>;

inline void fulfil(caf::typed_response_promise<void>& promise) {
  static_cast<caf::response_promise&>(promise).deliver(caf::unit);
}

#else

template <class... S>
using typed_actor = caf::typed_actor<S...>;

inline void fulfil(caf::typed_response_promise<void>& promise) {
  promise.deliver();
}

#endif

}  // namespace winnow
