#!/bin/sh
# Installs what is missing, builds and runs everything, on a fresh Debian 12, as root or with sudo:
#   sh tests/run.sh            sanitizer builds at a tenth of the counts, benches once, then the full suite in Release
#   sh tests/run.sh --quick    the Release suite alone
# Prints a line with its time for each stage, the output of what failed, and last of all ctest's own summary.
# Builds stay in build/, so that a second run is quick. Exit code 0 only when every stage was.
set -eu
cd "$(dirname "$0")/.."
quick=no
case "${1:-}" in
  "") ;;
  --quick) quick=yes ;;
  *) echo "usage: sh tests/run.sh [--quick]" >&2; exit 2 ;;
esac

jobs=$(nproc)
begin=$(date +%s)
failed=""
mkdir -p build/journal

# stage NAME COMMAND...: its output goes to build/journal/NAME and to the screen only when it failed.
stage() {
  name=$1
  shift
  since=$(date +%s)
  if "$@" >"build/journal/$name" 2>&1 </dev/null; then verdict=ok; else verdict=FAILED; fi
  printf '%-22s %-6s %4d s\n' "$name" "$verdict" $(($(date +%s) - since))
  [ "$verdict" = ok ] && return 0
  grep -vE '^ +Start +[0-9]+: |  Passed +[0-9.]+ sec$' "build/journal/$name" | tail -n 150
  echo "(all of it: build/journal/$name)"
  failed="$failed $name"
  return 1
}

configure() {
  folder=$1
  shift
  cmake -S . -B "build/$folder" -G Ninja -DMOTCUA_TESTS=ON "$@"
}

# Compiling is what takes time: with addresses checked, a file takes 17 s at -O1 and 9 s at -O0; with threads checked -O1 costs little.
configure_sanitized() {
  configure "$1" -DMOTCUA_SANITIZE="$2" -DMOTCUA_TEST_SCALE=10 -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="$3 -g1"
}

build() {
  folder=$1
  shift
  cmake --build "build/$folder" -j "$jobs" "$@"
}

suite() {
  folder=$1
  shift
  ctest --test-dir "build/$folder" -j "$jobs" --timeout 900 --no-tests=error --output-on-failure "$@"
}

# What has threads: the store's writer, the sessions, and a serving node beside a verb.
thread_suite() {
  build/thread/tests/test_node "[threads]" && suite thread -R 'end_to_end: (whole_path|serving)'
}

benches_once() {
  for bench in build/release/tests/bench_*; do
    [ -x "$bench" ] && [ -f "$bench" ] || continue
    echo "$bench"
    MOTCUA_BENCH_DOSSIERS=85000 MOTCUA_BENCH_LOGS=10 "$bench" --benchmark_min_time=0.001 || return 1
  done
}

# Where a container forbids ptrace the leak checker cannot work; addresses are checked all the same.
leaks=1
allow_ptrace() { strace -o /dev/null true 2>/dev/null; }

stage packages sh tests/install.sh all || exit 1

if [ "$quick" = no ]; then
  allow_ptrace || { leaks=0; echo "ptrace is not permitted here: no leak check, and kills by timer instead of at every write"; }
  ASAN_OPTIONS="detect_leaks=$leaks:abort_on_error=0:allocator_may_return_null=1"
  UBSAN_OPTIONS="print_stacktrace=1"
  TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1"
  export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
  stage address-configure configure_sanitized address address,undefined -O0 &&
    stage address-build build address &&
    stage address-tests suite address || :
  stage thread-configure configure_sanitized thread thread -O1 &&
    stage thread-build build thread --target motcua test_node &&
    stage thread-tests thread_suite || :
fi

stage release-configure configure release -DCMAKE_BUILD_TYPE=Release -DMOTCUA_BENCH=ON -DMOTCUA_TEST_SCALE=100 &&
  stage release-build build release || exit 1
[ "$quick" = yes ] || stage benches-once benches_once || :
stage release-tests suite release || :

printf '%-22s %-6s %4d s\n' "all" "$([ -z "$failed" ] && echo ok || echo FAILED)" $(($(date +%s) - begin))
[ -z "$failed" ] || echo "failed:$failed"
sed -n '/tests passed/,$p' build/journal/release-tests
[ -z "$failed" ]
