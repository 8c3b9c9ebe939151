/// What transformers 4.37.2 does (tests/data/hf/make_vectors.py).
#pragma once

#include <fstream>

#include <winnow/core/value.hpp>

namespace winnow::hf_vectors {

inline Value file(const char* name) {
  std::ifstream in(std::string(WINNOW_SOURCE_DIR "/tests/data/hf/") + name);
  return Value::parse(in);
}

/// The cases of one kind.
inline const Value& of(const char* kind) {
  static const Value vectors = file("vectors.json");
  return vectors.at(kind);
}

}  // namespace winnow::hf_vectors
