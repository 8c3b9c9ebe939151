# Shared by the scripts here: where the project is, and how they speak. To be sourced.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

step_name=""
step_started=0

# step "what is done now": closes the step before it with its time.
step() {
  end_step
  step_name="$*"
  step_started=$SECONDS
  printf '== %s\n' "$step_name"
}

end_step() {
  [ -n "$step_name" ] || return 0
  printf '   (%d s)\n' $((SECONDS - step_started))
  step_name=""
}

on_exit() {
  local code=$?
  [ "$code" -eq 0 ] || [ -z "$step_name" ] ||
    printf '\nFAILED (exit code %d, after %d s) in: %s\n' "$code" $((SECONDS - step_started)) "$step_name" >&2
}
trap on_exit EXIT

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

configure() { # PRESET
  (cd "$root" && cmake --preset "$1" --log-level=NOTICE)
}

build() { # PRESET [TARGET...]
  local preset="$1"
  shift
  (cd "$root" && cmake --build --preset "$preset" ${1:+--target "$@"})
}
