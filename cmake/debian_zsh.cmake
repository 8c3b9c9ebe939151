# Run by cpack before it packs what it has installed. Debian's zsh looks into vendor-completions, and into no
# site-functions below /usr/share.
file(GLOB_RECURSE scripts ${CPACK_TEMPORARY_DIRECTORY}/_winnow)
foreach(script ${scripts})
  get_filename_component(folder ${script} DIRECTORY)
  get_filename_component(above ${folder} DIRECTORY)
  file(RENAME ${folder} ${above}/vendor-completions)
endforeach()
