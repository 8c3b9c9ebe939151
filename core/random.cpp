#include <winnow/core/random.hpp>

namespace winnow {
namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001b3ULL;

std::uint64_t add_bytes(std::uint64_t hash, std::uint64_t word) {
  for (int i = 0; i < 8; ++i) hash = (hash ^ ((word >> (8 * i)) & 0xff)) * kFnvPrime;
  return hash;
}

}  // namespace

std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::uint64_t key_hash(std::uint64_t seed, TrialId trial, std::string_view name) {
  std::uint64_t hash = add_bytes(add_bytes(kFnvOffset, seed), static_cast<std::uint64_t>(trial));
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return mix64(hash);
}

Rng keyed_rng(std::uint64_t seed, TrialId trial, std::string_view name) {
  const std::uint64_t key = key_hash(seed, trial, name);
  return Rng(mix64(key), mix64(key ^ kFnvOffset));
}

double uniform01(Rng& rng) {
  return static_cast<double>(rng() >> 11) * 0x1.0p-53;
}

}  // namespace winnow
