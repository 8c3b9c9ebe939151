# cmake -D BUILD= -D PREFIX= -D WORK= -D SOURCE= -P install.cmake: installs afresh, and writes the sweeps that are run there.
file(REMOVE_RECURSE ${PREFIX} ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

# Every public header is there, as a file of its own.
foreach(header core/result space/dialects/wandb samplers/sampler schedulers/asha sweep/sweep trainers/module)
  if(NOT EXISTS ${PREFIX}/include/winnow/${header}.hpp OR IS_SYMLINK ${PREFIX}/include/winnow/${header}.hpp)
    message(FATAL_ERROR "include/winnow/${header}.hpp: no plain file")
  endif()
endforeach()

# A page for each command, and a script for each shell.
execute_process(COMMAND ${PREFIX}/bin/winnow --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE ".*Subcommands:\n(.*)\nExamples:.*" "\\1" listed "${help}")
string(REGEX MATCHALL "(^|\n)  [a-z]+" commands "${listed}")
list(LENGTH commands count)
if(count LESS 10)
  message(FATAL_ERROR "--help lists ${count} commands: ${help}")
endif()
foreach(command ${commands})
  string(STRIP "${command}" command)
  list(APPEND pages man/man1/winnow-${command}.1)
endforeach()
foreach(file man/man1/winnow.1 man/man1/winnowd.1 ${pages} bash-completion/completions/winnow zsh/site-functions/_winnow
    fish/vendor_completions.d/winnow.fish)
  file(GLOB found ${PREFIX}/share/${file} ${PREFIX}/share/${file}.gz)
  if(NOT found)
    message(FATAL_ERROR "share/${file}: isn't installed")
  endif()
endforeach()

file(WRITE ${WORK}/curves.yaml "
name: curves
seed: 3
metric: {name: loss, goal: minimize}
parameters: {asymptote: {min: 0.0, max: 1.0}, rate: {min: 0.1, max: 2.0}}
scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}
trainer: {type: landscape, function: learning_curve, steps: 9}
run_cap: 6
")
file(WRITE ${WORK}/module.yaml "
name: module
seed: 3
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
trainer: {type: parabola, offset: 2}
run_cap: 6
")
# The installed example, cut short.
file(COPY ${PREFIX}/share/winnow/examples/digits DESTINATION ${WORK})
file(READ ${WORK}/digits/sweep.yaml sweep)
string(REPLACE "run_cap: 64" "run_cap: 2" sweep "${sweep}")
file(WRITE ${WORK}/digits/sweep.yaml "${sweep}")
