#!/usr/bin/env bash
# packages.sh BUILD OUT [torch]: makes the Debian packages and looks at what they hold and depend on.
set -euo pipefail
build="$1" out="$2" torch="${3:-}"
rm -rf "$out"
(cd "$build" && cpack -G DEB -B "$out" >"$out.log" 2>&1) || { cat "$out.log"; exit 1; }

expect() { # PACKAGE WHAT PATTERN
  local said
  case "$2" in
    holds) said="$(dpkg-deb -c "$out/$1"_*.deb)" ;;
    says) said="$(dpkg-deb -I "$out/$1"_*.deb)" ;;
  esac
  grep -qE -- "$3" <<<"$said" || { printf '%s: nothing like %s in:\n%s\n' "$1" "$3" "$said"; exit 1; }
}
refuse() { # PACKAGE PATTERN: nothing like it among its dependencies
  ! dpkg-deb -f "$out/$1"_*.deb Depends | grep -qE -- "$2" || { echo "$1 depends on $2"; exit 1; }
}

expect winnow holds ' \./usr/bin/winnow$'
expect winnow holds ' \./usr/share/winnow/examples/digits/sweep.yaml$'
expect winnow holds ' \./usr/share/doc/winnow/copyright$'
expect winnow holds ' \./usr/share/man/man1/winnow.1.gz$'
expect winnow holds ' \./usr/share/man/man1/winnow-run.1.gz$'
expect winnow holds ' \./usr/share/bash-completion/completions/winnow$'
expect winnow holds ' \./usr/share/zsh/vendor-completions/_winnow$'
expect winnow holds ' \./usr/share/fish/vendor_completions.d/winnow.fish$'
! dpkg-deb -c "$out"/winnow_*.deb | grep -q site-functions || { echo "Debian's zsh reads no site-functions"; exit 1; }
expect winnow says 'Maintainer: .+@'
expect winnow says 'Depends: .*libc6 .*libcaf-core'
expect winnow says 'Apache 2.0'
refuse winnow torch
expect winnow-dev holds ' \./usr/include/winnow/core/result.hpp$'
expect winnow-dev holds 'libwinnow_engine.a$'
expect winnow-dev holds 'cmake/Winnow/WinnowConfig.cmake$'
expect winnow-dev says 'Depends: .*nlohmann-json3-dev'
refuse winnow-dev 'libcaf|libtorch'
if [ -n "$torch" ]; then
  expect winnow-torch holds ' \./usr/lib/winnow/libwinnow_trainer_classifier.so$'
  expect winnow-torch holds ' \./usr/lib/winnow/libwinnow_trainer_hf.so$'
  expect winnow-torch says 'Depends: winnow \(= .*libtorch'
fi
