/// NNI's search spaces. Compared with nni 3.0.
///
///   {"lr":       {"_type": "loguniform", "_value": [1e-5, 1e-1]},
///    "width":    {"_type": "choice", "_value": [16, 64, 256]},
///    "layers":   {"_type": "randint", "_value": [1, 4]},                     the upper end excluded
///    "dropout":  {"_type": "quniform", "_value": [0, 0.5, 0.1]},             rounded to multiples of q, then clipped
///    "layer":    {"_type": "choice", "_value": [{"_name": "Empty"},
///                                               {"_name": "Conv", "kernel": {"_type": "choice", "_value": [3, 5]}}]}}
///
/// and uniform, qloguniform, normal, qnormal, lognormal (mu and sigma of the logarithm), qlognormal. A nested choice
/// becomes the parameter `layer._name` and, under the condition that it has that name, `layer.kernel`; a trial gets
/// them as NNI's do: {"layer": {"_name": "Conv", "kernel": 3}}.
#pragma once

#include <string>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::nni {

/// `node` is the mapping; `path` is where it stands, for messages. An empty space if `diagnostics` has an error
/// afterwards.
Space read_space(const Node& node, Diagnostics& diagnostics, std::string path = "");

/// True if a file of this shape can be meant for NNI only.
bool looks_like(const Node& root);

/// The mapping. Reading a space that was read here gives it again.
PrintedSpace print(const Space& space);

}  // namespace winnow::nni
