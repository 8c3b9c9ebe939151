# winnow_room(NAME [FOLDER F] [WITHOUT F...] [PUBLIC ...] [PRIVATE ...]): a folder with all its sources, but for those in
# some folders of it, is one target (alias winnow::NAME). Its headers are spelled <winnow/FOLDER/file.hpp>: a symbolic
# link build/include/winnow/FOLDER makes it true.
function(winnow_room name)
  cmake_parse_arguments(ROOM "" "FOLDER" "WITHOUT;PUBLIC;PRIVATE" ${ARGN})
  if(NOT ROOM_FOLDER)
    set(ROOM_FOLDER ${name})
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/${ROOM_FOLDER})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  foreach(other ${ROOM_WITHOUT})
    list(FILTER sources EXCLUDE REGEX "^${folder}/${other}/")
  endforeach()
  add_library(winnow_${name} STATIC ${sources})
  target_link_libraries(winnow_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE}
    $<BUILD_INTERFACE:winnow_warnings>)
  target_include_directories(winnow_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  # A user's program needs C++20 for the headers. In here the standard is set for all, and by one target of its own.
  target_compile_features(winnow_${name} INTERFACE $<INSTALL_INTERFACE:cxx_std_20>)
  set_target_properties(winnow_${name} PROPERTIES WINNOW_FOLDER ${ROOM_FOLDER})
  add_library(winnow::${name} ALIAS winnow_${name})
endfunction()

# One link a top-level folder.
function(winnow_include_links)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/include/winnow)
  foreach(folder ${ARGN})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/include/winnow/${folder} SYMBOLIC)
  endforeach()
endfunction()

# winnow_test(NAME SOURCES ... LINK ...): one GoogleTest program of one folder's tests.
function(winnow_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${TEST_LINK} winnow_warnings GTest::gmock GTest::gtest GTest::gtest_main)
  # What is tested is optimised. The tests themselves cost a third less to compile so, and less than half with sanitizers.
  if(WINNOW_SANITIZE)
    target_compile_options(test_${name} PRIVATE -O0)
  else()
    target_compile_options(test_${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  target_compile_definitions(test_${name} PRIVATE WINNOW_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    WINNOW_BINARY_DIR="${PROJECT_BINARY_DIR}")
  # Tests that end sooner than their program starts share one: it takes 70 ms with sanitizers, half a second with LibTorch.
  if((WINNOW_SANITIZE AND name MATCHES "^(core|space|samplers|schedulers|spec|sweep|engine|server)$")
      OR name MATCHES "^(torch|trainer|ranks|hf_sweep|search)$")
    add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 1200 FIXTURES_REQUIRED suite_folder)
    return()
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 600 FIXTURES_REQUIRED suite_folder)
endfunction()

# winnow_embed_text(ROOM FILE F HEADER H FUNCTION winnow::ROOM::NAME): the function that H declares as `std::string_view
# NAME()` returns the text of F.
function(winnow_embed_text room)
  cmake_parse_arguments(EMBED "" "FILE;HEADER;FUNCTION" "" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/embedded/${room}/${EMBED_FILE}.cpp)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/${room}/${EMBED_FILE} -DTO=${source}
      -DHEADER=winnow/${room}/${EMBED_HEADER} -DFUNCTION=${EMBED_FUNCTION} -P ${script}
    DEPENDS ${PROJECT_SOURCE_DIR}/${room}/${EMBED_FILE} ${script})
  target_sources(winnow_${room} PRIVATE ${source})
endfunction()
