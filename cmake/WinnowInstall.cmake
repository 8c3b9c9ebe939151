# What `cmake --install` puts where, in three parts (--component): program, torch, dev.
#
#   bin/winnow                       program    looks for trainer modules in ../lib/winnow
#   lib/winnow/                      torch      the module `classifier`
#   share/winnow/examples/           program
#   share/winnow/standin/            program    the package `wandb` that trials' scripts import
#   lib/libwinnow_*.a                dev
#   include/winnow/ROOM/             dev        plain copies of the public headers
#   lib/cmake/Winnow/                dev        the CMake package, WinnowConfig.cmake.in says what it gives
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(WINNOW_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Winnow)
set(WINNOW_MODULE_DIR lib/winnow)  # relative to the program; not LIBDIR, which has an architecture in it on Debian

# Headers that no public header includes: how a room does its work.
set(WINNOW_INTERNAL_HEADERS
  core/registry.hpp
  samplers/keyed.hpp
  space/dialects/expression_arithmetic.hpp space/dialects/expression_text.hpp space/dialects/gathered.hpp
  space/dialects/optuna_distribution.hpp space/dialects/ray_functions.hpp space/dialects/sigopt_parts.hpp
  space/dialects/wandb_names.hpp
  space/lattice.hpp space/tree_builder.hpp
  storage/checkpoint_files.hpp storage/checkpoint_manifest.hpp storage/checksum.hpp storage/event_row.hpp
  storage/hdf5.hpp storage/ledger_impl.hpp storage/ledger_row.hpp storage/ledger_schema.hpp storage/metrics_tables.hpp
  storage/metrics_wide.hpp storage/names.hpp storage/statement.hpp
  sweep/event_about.hpp sweep/spec_metrics.hpp sweep/spec_reader.hpp
  trainers/fields.hpp
  trainers/process/descendants.hpp trainers/process/fd.hpp trainers/process/frame.hpp trainers/process/helper.hpp
  trainers/process/launch.hpp trainers/process/leftovers.hpp trainers/process/seat.hpp trainers/process/shortage.hpp
  trainers/process/warden.hpp
  trainers/program/connection.hpp trainers/program/conversation.hpp trainers/program/ending.hpp
  trainers/program/environment.hpp trainers/program/line_buffer.hpp trainers/program/log.hpp
  trainers/program/macros.hpp trainers/program/printable.hpp trainers/program/python_text.hpp
  trainers/program/report_line.hpp trainers/program/run.hpp trainers/program/stdout_patterns.hpp
  trainers/program/trial_setup.hpp
  trainers/torch/mlp.hpp)

# winnow_install_component(COMPONENT TARGETS...): one component of the CMake package. Each winnow_NAME becomes winnow::NAME.
function(winnow_install_component component)
  foreach(target ${ARGN})
    string(REGEX REPLACE "^winnow_" "" name ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    get_target_property(folder ${target} WINNOW_FOLDER)
    if(folder)
      file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
      list(REMOVE_ITEM headers ${WINNOW_INTERNAL_HEADERS})
      if(NOT folder MATCHES torch)
        list(FILTER headers EXCLUDE REGEX "/torch/")
      endif()
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

install(TARGETS winnow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow COMPONENT program
  PATTERN __pycache__ EXCLUDE PATTERN runs EXCLUDE)
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

winnow_install_component(core winnow_core winnow_space winnow_samplers winnow_schedulers winnow_sweep winnow_trainable)
winnow_install_component(actors winnow_storage winnow_actors winnow_search)
if(WINNOW_TORCH)
  winnow_install_component(torch winnow_classifier_data winnow_torch_training winnow_torch_classifier winnow_torch)
  install(TARGETS winnow_trainer_classifier LIBRARY DESTINATION ${WINNOW_MODULE_DIR} COMPONENT torch)
endif()

configure_package_config_file(cmake/WinnowConfig.cmake.in WinnowConfig.cmake INSTALL_DESTINATION ${WINNOW_PACKAGE_DIR}
  PATH_VARS WINNOW_MODULE_DIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(WinnowConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/WinnowConfig.cmake ${PROJECT_BINARY_DIR}/WinnowConfigVersion.cmake
  cmake/FindCAF.cmake cmake/FindRE2.cmake cmake/WinnowTrainerModule.cmake
  DESTINATION ${WINNOW_PACKAGE_DIR} COMPONENT dev)
