# Read by ctest before it runs a test: temporary files go to a folder of this run's own, which suite_folder.sh makes.
set(parent "$ENV{TMPDIR}")
string(LENGTH "${parent}" length)
if(NOT IS_DIRECTORY "${parent}" OR length GREATER 40)  # a socket's path holds 107 bytes
  set(parent /tmp)
endif()
string(RANDOM LENGTH 6 name)
set(ENV{TMPDIR} "${parent}/winnow-suite-${name}")
