# Finds utf8proc, which Debian packages without a CMake config. Target: Utf8proc::utf8proc.
find_path(UTF8PROC_INCLUDE_DIR NAMES utf8proc.h)
find_library(UTF8PROC_LIBRARY NAMES utf8proc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Utf8proc REQUIRED_VARS UTF8PROC_LIBRARY UTF8PROC_INCLUDE_DIR)
mark_as_advanced(UTF8PROC_INCLUDE_DIR UTF8PROC_LIBRARY)
if(UTF8PROC_LIBRARY AND UTF8PROC_INCLUDE_DIR AND NOT TARGET Utf8proc::utf8proc)
  add_library(Utf8proc::utf8proc INTERFACE IMPORTED)
  set_target_properties(Utf8proc::utf8proc PROPERTIES INTERFACE_LINK_LIBRARIES "${UTF8PROC_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${UTF8PROC_INCLUDE_DIR}")
endif()
