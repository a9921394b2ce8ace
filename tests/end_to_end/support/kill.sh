# Kills the binary at its Nth write or sync to disk, by strace; by a timer where ptrace is forbidden, which is said aloud.
# Sourced after scene.sh.

disk_calls=pwrite64,write,fdatasync,fsync,rename,ftruncate
# The leak checker cannot run under ptrace.
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
export ASAN_OPTIONS

if strace -f -o /dev/null true 2>/dev/null; then
  by_strace=yes
else
  by_strace=no
  say "LOUD: ptrace is not permitted here; killing by timer, which misses most of the points"
fi

# count_calls VERB...: sets `calls` to the number of disk calls of a whole run, which must succeed.
count_calls() {
  if [ "$by_strace" = no ]; then
    "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null || flunk "motcua $* failed"
    calls=200
    return 0
  fi
  strace -f -o "$scene/trace" -e trace="$disk_calls" "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null || flunk "motcua $* failed"
  calls=$(grep -cE "($(printf '%s' "$disk_calls" | tr ',' '|'))\\(" "$scene/trace")
}

# killed_at N VERB...: runs until its Nth disk call, or to its end where there are fewer. Never fails.
killed_at() {
  n=$1
  shift
  if [ "$by_strace" = yes ]; then
    strace -D -f -o /dev/null -e trace="$disk_calls" -e inject="$disk_calls:signal=SIGKILL:when=$n" "$motcua" "$@" \
      >"$scene/out" 2>"$scene/err" </dev/null || :
  else
    "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null &
    victim=$!
    sleep "0.$(printf '%03d' $((n * 2 % 1000)))"
    kill -KILL "$victim" 2>/dev/null || :
    wait "$victim" 2>/dev/null || :
  fi
}

# each_point CALLS POINTS COMMAND...: COMMAND N for about POINTS (scaled) values of N spread over 1..CALLS, both ends included.
each_point() {
  all=$1 points=$(($2 * scale / 100))
  shift 2
  [ "$points" -ge 3 ] || points=3
  [ "$points" -le "$all" ] || points=$all
  at=0
  while [ "$at" -lt "$points" ]; do
    "$@" $((1 + at * (all - 1) / (points > 1 ? points - 1 : 1)))
    at=$((at + 1))
  done
}
