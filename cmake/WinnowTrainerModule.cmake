# winnow_trainer_module(NAME SOURCES...): a trainer of its own as a module libwinnow_trainer_NAME.so, target
# winnow_trainer_NAME. One source has WINNOW_TRAINER_MODULE(maker) (winnow/trainers/module.hpp).
function(winnow_trainer_module name)
  add_library(winnow_trainer_${name} MODULE ${ARGN})
  target_link_libraries(winnow_trainer_${name} PRIVATE winnow::trainable)
  # Its copy of Winnow is its own: nothing but the module's one function is to be seen from outside.
  target_link_options(winnow_trainer_${name} PRIVATE -Wl,--exclude-libs,ALL)
endfunction()
