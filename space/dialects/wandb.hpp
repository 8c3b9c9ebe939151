/// The `parameters` mapping of a W&B sweep file, and what Winnow adds to it.
///
/// Read from W&B: all its distributions, inference where `distribution` is absent, constants, nested `parameters`, by
/// the rules of the open engine (wandb/sweeps 0.2.0). `log_uniform` and its kin take base-e exponents there;
/// Law::log_uniform holds values, so the bounds are converted, and a warning says what they come to. Added by Winnow:
///
///   grid: true                     the parameter is crossed with the other marked ones instead of drawn
///   condition: {parent: [values]}  it is present only if `parent` (a full name) has one of the values; with several
///                                  parents, if each has one
///   step: 2                        for uniform, log_uniform_values and int_uniform: min, min+step, … up to max
///   log: true                      for int_uniform; `floor`: rounded down
///   min, max                       for normal (cut off outside) and beta (stretched to them)
///   distribution: computed         with `function`, which a C++ program gives (Ray Tune's sample_from)
///   weights: [2, 1]                as probabilities, with any positive sum
#pragma once

#include <string_view>
#include <vector>

#include <winnow/space/dialects/printed.hpp>
#include <winnow/space/reader.hpp>
#include <winnow/space/space.hpp>

namespace winnow::wandb {

/// What W&B would run with no more than a warning is an error in a file of our own: it isn't what was meant. In one of
/// W&B's it is a warning that says what is drawn.
enum class Manners { strict, wandb };

/// `parameters` is the mapping of names to definitions, `constraints` the list of linear constraints, if there is one.
/// An empty space if `diagnostics` has an error afterwards.
Space read_space(const Node& parameters, Diagnostics& diagnostics, const Node* constraints = nullptr,
                 Manners manners = Manners::strict);

/// Where a parameter of the space is defined in the mapping it was read from.
const Node& definition(const Node& parameters, const Parameter& parameter);

struct ParsedSpace {
  Space space;
  std::vector<std::string> warnings;
};

/// A text that holds nothing but a space: the mapping itself, or `parameters: …` around it. Fails with `invalid_input`
/// and `file:line:col: path: what`.
Result<ParsedSpace> parse_space(std::string_view text, std::string_view file);

/// The `parameters` mapping; reading it gives the same space, numbers bit for bit. One exception: an Integer or
/// Float with a single value, which W&B's rules refuse (min must be less than max), becomes a constant.
OrderedJson to_json(const Space& space);
OrderedJson to_json(const Parameter& parameter);
/// Where a parameter's definition stands in such a mapping; made if it isn't there.
OrderedJson& place(OrderedJson& parameters, const std::vector<std::string>& path);

/// True if this is a mapping of names to definitions and nothing else.
bool looks_like(const Node& root);

/// The `parameters` mapping as W&B itself takes it, without Winnow's additions to the format: a domain keeps its
/// distribution, or a note says why it is left out.
PrintedSpace print(const Space& space);

}  // namespace winnow::wandb
