#include <torch/version.h>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef WINNOW_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
#define WINNOW_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/ranks.hpp>

namespace winnow::hf {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using StorePtr = c10::intrusive_ptr<c10d::Store>;

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;  // the backends themselves
#endif
using BackendPtr = c10::intrusive_ptr<Backend>;
using WorkPtr = c10::intrusive_ptr<c10d::Work>;

/// How long a rank whose connection broke listens for why: the rest is to find out who is gone, which takes no time
/// where there is only one other.
constexpr milliseconds kForWords{1000};
constexpr milliseconds kForWordsOfOne{50};

struct Address {
  std::string host;
  std::uint16_t port;
};

std::optional<Address> address_in(std::string_view url) {
  const auto colon = url.rfind(':');
  if (!url.starts_with("tcp://") || colon < 6) return std::nullopt;
  Address address{std::string(url.substr(6, colon - 6)), 0};
  const char* end = url.data() + url.size();
  const auto [stop, error] = std::from_chars(url.data() + colon + 1, end, address.port);
  return error == std::errc() && stop == end && address.port != 0 ? std::optional(address) : std::nullopt;
}

StorePtr store_of(const RankPlace& place) {
  if (const auto address = address_in(place.init_method)) {
    c10d::TCPStoreOptions options;
    options.port = address->port;
    options.isServer = place.rank == 0 && !place.store_is_kept;
    options.waitWorkers = false;
    options.timeout = place.time_limit;
    return c10::make_intrusive<c10d::TCPStore>(address->host, options);
  }
  // Without a count of workers no rank removes the file, which other attempts may be using.
  return c10::make_intrusive<c10d::FileStore>(place.init_method.substr(std::strlen("file://")), -1);
}

Result<void> check(const RankPlace& place) {
  if (place.size < 1 || place.rank < 0 || place.rank >= place.size) {
    return fail(errc::invalid_input, "rank " + std::to_string(place.rank) + " of " + std::to_string(place.size) +
                                         " can't be: ranks go from 0 to their number less 1");
  }
  if (address_in(place.init_method) || place.init_method.starts_with("file:///")) return {};
  return fail(errc::invalid_input,
              "init_method: must be file:///path or tcp://host:port, got '" + place.init_method + "'");
}

#ifdef WINNOW_GLOO
BackendPtr gloo(const RankPlace& place, const StorePtr& store) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.time_limit);
  const auto address = address_in(place.init_method);
  const bool is_here = !address || address->host == "localhost" || address->host == "127.0.0.1";
  options->devices.push_back(is_here ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                     : c10d::ProcessGroupGloo::createDefaultDevice());
  options->threads = 2;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.size, options);
}
#endif

Result<BackendPtr> backend_of(const RankPlace& place, const StorePtr& store, const torch::Device& device) {
  if (device.is_cuda()) {
#ifdef WINNOW_NCCL
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = place.time_limit;
    return BackendPtr(c10::make_intrusive<c10d::ProcessGroupNCCL>(store, place.rank, place.size, options));
#else
    return fail(errc::unsupported, "several ranks on CUDA devices take a LibTorch with NCCL, and Winnow built with it");
#endif
  }
#ifdef WINNOW_GLOO
  return gloo(place, store);
#else
  (void)store;
  return fail(errc::unsupported, "several ranks take a LibTorch with Gloo, and Winnow built with Gloo's headers");
#endif
}

std::string words_key(int rank) {
  return "words/" + std::to_string(rank);
}

/// What a rank says when it goes.
struct Words {
  errc code;
  bool is_lost;  ///< it heard nothing from the others, and knows no more than that
  std::string message;
};

void say(c10d::Store& store, int rank, const Words& words) {
  const Value value{{"code", static_cast<int>(words.code)}, {"lost", words.is_lost}, {"message", words.message}};
  store.set(words_key(rank), Value::to_msgpack(value));
}

std::optional<Words> heard(c10d::Store& store, int rank) {
  const std::string key = words_key(rank);
  if (!store.check({key})) return std::nullopt;
  const Value value = Value::from_msgpack(store.get(key));
  return Words{static_cast<errc>(value.at("code").get<int>()), value.at("lost").get<bool>(),
               value.at("message").get<std::string>()};
}

std::string listed(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t i = 0; i < ranks.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(ranks[i]);
  return text;
}

/// Gloo's and c10d's errors have no types of their own.
bool says_timeout(const std::string& what) {
  return what.find("imed out") != what.npos || what.find("imeout") != what.npos;
}

std::string seconds(milliseconds time) {
  std::string text = std::to_string(static_cast<double>(time.count()) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + " s";
}

Error not_met(const RankPlace& place, const std::exception& error) {
  return {errc::trial_lost, "rank " + std::to_string(place.rank) + " of " + std::to_string(place.size) +
                                " has not met the others at " + place.init_method + " in " + seconds(place.time_limit) +
                                ": " + first_line(error)};
}

}  // namespace

RankError::RankError(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}

struct Ranks::Group {
  RankPlace place;
  torch::Device device;
  StorePtr store;
  BackendPtr backend{};  ///< null: this rank has left
  /// Sums on their way: each keeps connections open, which are to close when this rank leaves.
  std::vector<std::shared_ptr<WorkPtr>> under_way{};

  /// Throws RankError where this rank has left.
  Backend& open() const {
    if (backend) return *backend;
    throw RankError({errc::illegal_state, "rank " + std::to_string(place.rank) + " has left the others"});
  }

  void leave(const Words& words) noexcept {
    if (!backend) return;
    try {
      say(*store, place.rank, words);
    } catch (const std::exception&) {
      // The store is gone with who kept it; the others see the connections close.
    }
    for (const auto& work : under_way) work->reset();
    under_way.clear();
    backend.reset();
  }

  /// Leaves, and says what the others said.
  [[noreturn]] void lost(const std::exception& error) {
    const std::string what = first_line(error);
    leave({errc::trial_lost, true, what});
    const Clock::time_point end =
        Clock::now() + std::min(place.size == 2 ? kForWordsOfOne : kForWords, place.time_limit);
    bool timed_out = says_timeout(what);  // here, or where another rank waited
    std::vector<int> silent;
    try {
      do {
        silent.clear();
        for (int rank = 0; rank < place.size; ++rank) {
          const auto words = rank == place.rank ? std::nullopt : heard(*store, rank);
          if (words && !words->is_lost) throw RankError({words->code, listed({rank}) + ": " + words->message});
          if (words) timed_out = timed_out || says_timeout(words->message);
          if (!words && rank != place.rank) silent.push_back(rank);
        }
        std::this_thread::sleep_for(milliseconds(10));
      } while (!silent.empty() && Clock::now() < end);
    } catch (const RankError&) {
      throw;
    } catch (const std::exception&) {
      silent = {0};  // which kept the store
    }
    if (silent.empty()) {
      throw RankError({errc::trial_lost, "the connection between the ranks broke: " + what});
    }
    const std::string one = silent.size() == 1 ? listed(silent) : "one of " + listed(silent);
    if (timed_out) {
      throw RankError({errc::trial_lost, one + " has not answered in " + seconds(place.time_limit) +
                                             ": it hangs, or the time limit of the ranks is too short"});
    }
    throw RankError({errc::trial_lost, one + " is gone: its connection closed without a word (killed, or crashed)"});
  }

  template <class Body>
  void wait_for(Body&& body) {
    try {
      body();
    } catch (const RankError&) {
      throw;
    } catch (const std::exception& error) {
      lost(error);
    }
  }

  void broadcast(torch::Tensor tensor) {
    wait_for([&] {
      std::vector<torch::Tensor> tensors{std::move(tensor)};
      open().broadcast(tensors)->wait();
    });
  }
};

Ranks::Ranks(std::unique_ptr<Group> group) : group_(std::move(group)) {}
Ranks::~Ranks() {
  leave({errc::cancelled, "has ended its part of the training"});
}

Result<std::shared_ptr<Ranks>> Ranks::join(const RankPlace& place, const std::string& name,
                                           const torch::Device& device) {
  if (auto good = check(place); !good) return fail(std::move(good.error()));
  try {
    auto store = store_of(place);
    store->setTimeout(place.time_limit);
    store = c10::make_intrusive<c10d::PrefixStore>(place.name + "/" + name, store);
    auto backend = backend_of(place, store, device);
    if (!backend) return fail(std::move(backend.error()));
    return std::shared_ptr<Ranks>(
        new Ranks(std::make_unique<Group>(Group{place, device, std::move(store), std::move(*backend)})));
  } catch (const std::exception& error) {
    return fail(not_met(place, error));
  }
}

int Ranks::rank() const {
  return group_->place.rank;
}

int Ranks::size() const {
  return group_->place.size;
}

std::string Ranks::broadcast(const std::string& bytes) {
  torch::Tensor size = torch::tensor({static_cast<std::int64_t>(bytes.size())}).to(group_->device);
  group_->broadcast(size);
  torch::Tensor all = torch::empty({size.item<std::int64_t>()}, torch::kUInt8);
  if (rank() == 0) std::memcpy(all.data_ptr(), bytes.data(), bytes.size());
  torch::Tensor sent = all.to(group_->device);
  if (sent.numel() != 0) group_->broadcast(sent);
  sent = sent.cpu();
  return {static_cast<const char*>(sent.data_ptr()), static_cast<std::size_t>(sent.numel())};
}

void Ranks::broadcast(const std::vector<torch::Tensor>& tensors) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> sent;
  group_->wait_for([&] {
    std::vector<WorkPtr> works;
    for (const torch::Tensor& tensor : tensors) {
      sent.push_back(tensor.detach().to(group_->device).contiguous());
      std::vector<torch::Tensor> one{sent.back()};
      works.push_back(group_->open().broadcast(one));
    }
    for (const auto& work : works) work->wait();
  });
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    if (!sent[i].is_alias_of(tensors[i])) tensors[i].detach().copy_(sent[i]);
  }
}

std::vector<std::string> Ranks::gather(const std::string& bytes) {
  const auto from_each = [&](const torch::Tensor& own) {
    std::vector<std::vector<torch::Tensor>> outputs(1);
    for (int i = 0; i < size(); ++i) outputs[0].push_back(torch::empty_like(own));
    std::vector<torch::Tensor> inputs{own};
    group_->wait_for([&] { group_->open().allgather(outputs, inputs)->wait(); });
    return outputs[0];
  };
  std::vector<std::int64_t> sizes;
  for (const torch::Tensor& size :
       from_each(torch::tensor({static_cast<std::int64_t>(bytes.size())}).to(group_->device))) {
    sizes.push_back(size.item<std::int64_t>());
  }
  torch::Tensor own =
      torch::zeros({std::max<std::int64_t>(*std::max_element(sizes.begin(), sizes.end()), 1)}, torch::kUInt8);
  std::memcpy(own.data_ptr(), bytes.data(), bytes.size());
  std::vector<std::string> all;
  for (const torch::Tensor& one : from_each(own.to(group_->device))) {
    const torch::Tensor here = one.cpu();
    all.emplace_back(static_cast<const char*>(here.data_ptr()), static_cast<std::size_t>(sizes[all.size()]));
  }
  return all;
}

std::function<void()> Ranks::reduce(torch::Tensor tensor) {
  auto work = std::make_shared<WorkPtr>();
  group_->wait_for([&] {
    std::vector<torch::Tensor> tensors{std::move(tensor)};
    *work = group_->open().allreduce(tensors);
  });
  group_->under_way.push_back(work);
  return [this, work] {
    group_->wait_for([&] {
      group_->open();
      (*work)->wait();
    });
    std::erase(group_->under_way, work);
  };
}

void Ranks::leave(const Error& why) noexcept {
  group_->leave({why.code, false, why.message});
}

struct Board::Store {
  StorePtr store;

  template <class Body>
  auto ask(Body&& body) -> decltype(body()) {
    try {
      return body();
    } catch (const std::exception& error) {
      throw RankError({errc::trial_lost, "the store where the ranks meet is gone: " + first_line(error)});
    }
  }
};

Board::Board(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Board::Board(Board&&) noexcept = default;
Board& Board::operator=(Board&&) noexcept = default;
Board::~Board() = default;

Result<Board> Board::open(const RankPlace& place) {
  if (auto good = check(place); !good) return fail(std::move(good.error()));
  try {
    return Board(
        std::make_unique<Store>(Store{c10::make_intrusive<c10d::PrefixStore>(place.name + "/board", store_of(place))}));
  } catch (const std::exception& error) {
    return fail(not_met(place, error));
  }
}

void Board::put(const std::string& key, const std::string& bytes) {
  store_->ask([&] { store_->store->set(key, std::vector<std::uint8_t>(bytes.begin(), bytes.end())); });
}

std::optional<std::string> Board::find(const std::string& key) const {
  return store_->ask([&]() -> std::optional<std::string> {
    if (!store_->store->check({key})) return std::nullopt;
    const auto bytes = store_->store->get(key);
    return std::string(bytes.begin(), bytes.end());
  });
}

}  // namespace winnow::hf
