#include <winnow/base/hdf5/hdf5.hpp>

namespace winnow::hdf5 {

std::string last_error() {
  std::string text = "HDF5 failed";
  const auto visit = [](unsigned, const H5E_error2_t* entry, void* into) -> herr_t {
    if (entry->desc != nullptr) *static_cast<std::string*>(into) = entry->desc;
    return 1;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, visit, &text);
  return text;
}

Handle space(hsize_t size, hsize_t max_size) {
  return {H5Screate_simple(1, &size, &max_size), H5Sclose, "make a data space"};
}

Handle space(hsize_t size) {
  return space(size, size);
}

Handle text_type(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a type");
  check(H5Tset_size(type, bytes), "make a type");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "make a type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "make a type");
  return type;
}

std::string_view clip(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

Handle compound_type(std::size_t bytes, std::initializer_list<Member> members) {
  Handle type(H5Tcreate(H5T_COMPOUND, bytes), H5Tclose, "make a type");
  for (const Member& m : members) check(H5Tinsert(type, m.name, m.offset, m.type), "make a type");
  return type;
}

}  // namespace winnow::hdf5
