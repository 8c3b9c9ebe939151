/// HDF5's C interface with owners and checks: a failed call throws `hdf5::Failure`, which `hdf5::guarded` turns into a
/// Result at the edge of a room. Needs HDF5 1.10.7 or later (H5Pset_file_locking).
#pragma once

#include <fmt/format.h>
#include <hdf5.h>

#include <filesystem>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <winnow/core/result.hpp>

namespace winnow::hdf5 {

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The innermost entry of HDF5's error stack.
std::string last_error();

template <class Status>
Status check(Status status, std::string_view doing) {
  if (status < 0) throw Failure(fmt::format("cannot {}: {}", doing, last_error()));
  return status;
}

/// Keeps HDF5 from printing its errors.
class Quiet {
public:
  Quiet() {
    // What a full disk keeps from being closed, the library would try to close once more at the exit, and crash there.
    [[maybe_unused]] static const herr_t once = H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Runs `body`, which returns a Result; its failures end here.
template <class Body>
auto guarded(const std::filesystem::path& file, Body&& body) -> decltype(body()) {
  const Quiet quiet;
  try {
    return body();
  } catch (const Failure& e) {
    return fail(errc::io, file.string() + ": " + e.what());
  }
}

/// Owns an identifier of any kind.
class Handle {
public:
  Handle() = default;
  Handle(hid_t id, herr_t (*closer)(hid_t), std::string_view doing) : id_(check(id, doing)), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ < 0) return;
    const Quiet quiet;
    closer_(id_);
  }
  /// Of a call that may fail without being wrong: `ok()` says whether it did.
  static Handle maybe(hid_t id, herr_t (*closer)(hid_t)) {
    Handle handle;
    handle.id_ = id;
    handle.closer_ = closer;
    return handle;
  }
  [[nodiscard]] bool ok() const { return id_ >= 0; }
  operator hid_t() const { return id_; }  // NOLINT: it stands for the identifier

  /// Closes now, and says whether that worked.
  void close(std::string_view doing) {
    const hid_t id = std::exchange(id_, -1);
    if (id >= 0) check(closer_(id), doing);
  }

private:
  hid_t id_ = -1;
  herr_t (*closer_)(hid_t) = nullptr;
};

Handle space(hsize_t size, hsize_t max_size);
Handle space(hsize_t size);

/// A text of fixed length, UTF-8, padded with NULs.
Handle text_type(std::size_t bytes);

/// The first bytes of a text, at most `bytes`, without half a character (UTF-8) at the end.
std::string_view clip(std::string_view text, std::size_t bytes);

struct Member {
  const char* name;
  std::size_t offset;
  hid_t type;
};

Handle compound_type(std::size_t bytes, std::initializer_list<Member> members);

/// A growing column of equal elements, chunked.
class Table {
public:
  Table() = default;
  Table(hid_t file, const char* name, Handle type, hsize_t chunk) : name_(name), type_(std::move(type)) {
    const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make properties");
    check(H5Pset_chunk(properties, 1, &chunk), "make properties");
    const Handle extent = space(0, H5S_UNLIMITED);
    dataset_ = Handle(H5Dcreate2(file, name, type_, extent, H5P_DEFAULT, properties, H5P_DEFAULT), H5Dclose,
                      fmt::format("make the table {}", name));
  }

  /// Writes elements from `first` on, which is at most size(); grows as needed.
  void write(hsize_t first, const void* data, hsize_t count) {
    if (count == 0) return;
    const std::string doing = "write to the table " + name_;
    if (const hsize_t end = first + count; end > size_) {
      check(H5Dset_extent(dataset_, &end), doing);
      size_ = end;
    }
    const Handle memory = space(count);
    const Handle file(H5Dget_space(dataset_), H5Sclose, doing);
    check(H5Sselect_hyperslab(file, H5S_SELECT_SET, &first, nullptr, &count, nullptr), doing);
    check(H5Dwrite(dataset_, type_, memory, file, H5P_DEFAULT, data), doing);
    check(H5Dflush(dataset_), doing);
  }
  /// Writes all of `rows` but the first `skipped`, which stand before them in the table.
  template <class Rows>
  void write_rest(const Rows& rows, std::size_t skipped) {
    write(skipped, rows.data() + skipped, rows.size() - skipped);
  }

private:
  std::string name_;
  Handle type_;
  Handle dataset_;
  hsize_t size_ = 0;
};

}  // namespace winnow::hdf5
