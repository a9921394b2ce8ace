#!/bin/sh
# Installs the Debian 12 packages that are missing, as root or with sudo; says nothing when none is.
#   sh tests/install.sh build    what a build needs
#   sh tests/install.sh all      and what the tests and benches need
set -eu

build="g++ cmake ninja-build ccache pkg-config
  libsodium-dev libsqlite3-dev libboost1.81-dev libssl-dev libcereal-dev libfmt-dev libspdlog-dev libcli11-dev
  libtomlplusplus-dev nlohmann-json3-dev libexpat1-dev libcsv-dev libutf8proc-dev"
tests="git catch2 librapidcheck-dev libbenchmark-dev libqrcodegencpp-dev strace golang-go golang-golang-x-mod-dev python3"

case "${1:-}" in
  build) wanted=$build ;;
  all) wanted="$build $tests" ;;
  *) echo "usage: sh tests/install.sh build|all" >&2; exit 2 ;;
esac

missing=""
for package in $wanted; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "needs root or sudo to install:$missing" >&2; exit 1; }
  as_root="sudo"
fi
echo "installing:$missing"
output=$(mktemp)
trap 'rm -f "$output"' EXIT
# shellcheck disable=SC2086  # the lists are words
if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 update &&
       $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
     } >"$output" 2>&1; then
  cat "$output" >&2
  echo "these packages could not be installed:$missing" >&2
  exit 1
fi
