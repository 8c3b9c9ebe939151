# cmake -DFROM=FILE -DTO=FILE.cpp -DHEADER=<...> -DFUNCTION=winnow::room::name -P EmbedText.cmake: a source that defines
# `std::string_view FUNCTION()`, the text of a file.
file(READ ${FROM} text)
string(REGEX MATCH "^(.*)::([a-z_]+)$" _ ${FUNCTION})
file(WRITE ${TO} "#include <${HEADER}>

namespace ${CMAKE_MATCH_1} {

std::string_view ${CMAKE_MATCH_2}() {
  return R\"winnow(${text})winnow\";
}

}  // namespace ${CMAKE_MATCH_1}
")
