#!/bin/sh
# suite_folder.sh make: makes the folder for a suite's temporary files, $TMPDIR, and one of its name in memory, where
# there is any (fast_parent in temp_dir.hpp).
# suite_folder.sh look: removes them, and fails if there is something in them, or a process that was started with that
# TMPDIR; what is just ending has fifteen seconds.
set -eu
folder="$TMPDIR"
memory="/dev/shm/${folder##*/}"

if [ "$1" = make ]; then
  mkdir -p "$folder"
  mkdir -p "$memory" 2>/dev/null || true
  exit
fi

for _ in $(seq 30); do
  files="$(find "$folder" "$memory" -mindepth 1 2>/dev/null || true)"
  set -- /proc/[0-9]*/environ # before the next line starts further ones
  processes="$(grep -lsF -- "$folder" "$@" | grep -vx "/proc/$$/environ" || true)"
  [ -n "$files$processes" ] || break
  sleep 0.5
done
rm -rf "$folder" "$memory"
[ -n "$files$processes" ] || exit 0
[ -z "$files" ] || printf 'Tests left behind:\n%s\n' "$files"
for process in $processes; do
  number="${process#/proc/}"
  printf 'Still running: %s: %s\n' "${number%/environ}" "$(tr '\0' ' ' 2>/dev/null <"${process%environ}cmdline")"
done
exit 1
