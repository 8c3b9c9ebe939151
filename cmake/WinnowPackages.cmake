# `cpack -G DEB` in the build folder: winnow, winnow-torch and winnow-dev, one for each part of WinnowInstall.cmake. The
# libraries that they depend on are found by dpkg-shlibdeps, so build where they will be installed: on Debian 12 for 12.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME winnow)
set(CPACK_PACKAGE_VENDOR Winnow)
set(CPACK_PACKAGE_CONTACT "The Winnow maintainers <maintainers@winnow.invalid>" CACHE STRING "Maintainer of the packages")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL program dev)
if(WINNOW_TORCH)
  list(APPEND CPACK_COMPONENTS_ALL torch)
endif()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

set(version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "Samples trials, trains them side by side, stops the weak
ones early, and keeps every report in a ledger before it acts on it. This
package has the program winnow and the examples. Licence: Apache 2.0.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME winnow)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "winnow-torch")

set(CPACK_COMPONENT_TORCH_DESCRIPTION "The trainer modules of winnow that need LibTorch:
classifier, a multilayer perceptron on labelled rows, and hf, Hugging Face's
Trainer on a TorchScript file. Each is loaded when a sweep asks for it.
Licence: Apache 2.0.")
set(CPACK_DEBIAN_TORCH_PACKAGE_NAME winnow-torch)
set(CPACK_DEBIAN_TORCH_PACKAGE_DEPENDS "winnow (= ${version})")

set(CPACK_COMPONENT_DEV_DESCRIPTION "The C++ headers and static libraries of winnow, and their
CMake package: its component core needs what this package depends on, actors
what it recommends, torch what it suggests. Licence: Apache 2.0.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME winnow-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS
  "libexpected-dev, libfmt-dev, libpcg-cpp-dev, libre2-dev, libyaml-cpp-dev, nlohmann-json3-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS "libcaf-dev, libhdf5-dev, libspdlog-dev, libsqlite3-dev, libsqlitecpp-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "libtorch-dev, winnow")

# Where Debian's zsh looks for completions of packages.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_zsh.cmake)

include(CPack)
