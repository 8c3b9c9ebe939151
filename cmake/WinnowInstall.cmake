# What `cmake --install` puts where, in three parts (--component): program, torch, dev.
#
#   bin/winnow, bin/winnowd          program    look for trainer modules in ../lib/winnow
#   share/winnow/winnowd.service     program    a unit for systemd --user; system/winnowd.service: for the machine
#   lib/winnow/                      torch      the modules `classifier` and `hf`
#   share/man/man1/                  program    made by the program (cli/CMakeLists.txt), like the next ones
#   share/bash-completion/ zsh/ fish/  program  completions
#   share/winnow/examples/           program
#   share/winnow/standin/            program    the package `wandb` that trials' scripts import
#   lib/libwinnow_*.a                dev
#   include/winnow/ROOM/             dev        plain copies of the public headers
#   lib/cmake/Winnow/                dev        the CMake package, WinnowConfig.cmake.in says what it gives
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(WINNOW_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Winnow)
set(WINNOW_MODULE_DIR lib/winnow)  # relative to the program; not LIBDIR, which has an architecture in it on Debian

# The public headers of a room: those in its folder itself, and of space/ the dialects' as well. What lies deeper is how
# a room does its work.
function(winnow_public_headers into folder)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${folder}/*.hpp
    ${PROJECT_SOURCE_DIR}/${folder}/dialects/*.hpp)
  set(${into} ${headers} PARENT_SCOPE)
endfunction()

# winnow_install_component(COMPONENT TARGETS...): one component of the CMake package. Each winnow_NAME becomes winnow::NAME.
function(winnow_install_component component)
  foreach(target ${ARGN})
    string(REGEX REPLACE "^winnow_" "" name ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    get_target_property(folder ${target} WINNOW_FOLDER)
    if(folder)
      winnow_public_headers(headers ${folder})
      foreach(header ${headers})
        get_filename_component(in ${header} DIRECTORY)
        install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winnow/${in} COMPONENT dev)
      endforeach()
    endif()
  endforeach()
  install(TARGETS ${ARGN} EXPORT Winnow_${component}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT Winnow_${component} FILE WinnowTargets-${component}.cmake NAMESPACE winnow::
    DESTINATION ${WINNOW_PACKAGE_DIR} COMPONENT dev)
endfunction()

install(TARGETS winnow winnowd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY ${WINNOW_SHARE_DIR}/ DESTINATION ${CMAKE_INSTALL_DATAROOTDIR} COMPONENT program)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow COMPONENT program
  PATTERN __pycache__ EXCLUDE PATTERN runs EXCLUDE)
install(FILES cli/daemon/winnowd.service DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow COMPONENT program)
install(FILES cli/daemon/system/winnowd.service DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow/system COMPONENT program)
install(DIRECTORY python/standin DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow COMPONENT program
  PATTERN __pycache__ EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/winnow COMPONENT program)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/winnow COMPONENT program)
# Each part brings the licence, where Debian looks for it.
foreach(part program torch dev)
  string(REPLACE "-program" "" package winnow-${part})
  if(WINNOW_TORCH OR NOT part STREQUAL torch)
    install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} RENAME copyright COMPONENT ${part})
  endif()
endforeach()

winnow_install_component(core winnow_core winnow_base winnow_space winnow_samplers winnow_schedulers winnow_spec
  winnow_sweep winnow_trainable winnow_hf)
winnow_install_component(hdf5 winnow_hdf5)
winnow_install_component(actors winnow_storage winnow_session winnow_actors winnow_engine)
if(WINNOW_TORCH)
  winnow_install_component(torch winnow_classifier_data winnow_torch_classifier winnow_torch_trainer winnow_torch_hf
    winnow_torch)
  winnow_install_component(search winnow_search)
  install(TARGETS winnow_trainer_classifier winnow_trainer_hf LIBRARY DESTINATION ${WINNOW_MODULE_DIR} COMPONENT torch)
endif()

configure_package_config_file(cmake/WinnowConfig.cmake.in WinnowConfig.cmake INSTALL_DESTINATION ${WINNOW_PACKAGE_DIR}
  PATH_VARS WINNOW_MODULE_DIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(WinnowConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/WinnowConfig.cmake ${PROJECT_BINARY_DIR}/WinnowConfigVersion.cmake
  cmake/FindCAF.cmake cmake/FindRE2.cmake cmake/FindTorch.cmake cmake/WinnowTrainerModule.cmake
  DESTINATION ${WINNOW_PACKAGE_DIR} COMPONENT dev)
