# Kills the binary at its Nth write or sync to disk, by strace; by a timer where ptrace is forbidden, which is said aloud.
# Sourced after scene.sh. A point is "CALL N": the Nth call of that name in any one thread, as strace counts them.

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

# begin_traced VERB...: in the background, its calls kept in $scene/trace; `server` is its process.
begin_traced() {
  strace -D -f -o "$scene/trace" -e trace="$disk_calls" "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null &
  server=$!
  servers="$servers $server"
}
# list_points FILE: every point of what was traced into FILE; sets `calls` to their number.
list_points() {
  awk '{ split($2, part, "("); if ($2 ~ /^[a-z0-9]+\(/) seen[$1 " " part[1]]++ }
    END {
      for (key in seen) { split(key, of, " "); if (seen[key] > most[of[2]]) most[of[2]] = seen[key] }
      for (call in most) for (n = 1; n <= most[call]; n++) print call, n
    }' "$scene/trace" | sort -k1,1 -k2,2n >"$1"
  calls=$(wc -l <"$1")
}
# trace_points FILE VERB...: the points of a whole run, which must succeed.
trace_points() {
  points_file=$1
  shift
  if [ "$by_strace" = no ]; then
    run 0 "$@"
    awk 'BEGIN { for (n = 1; n <= 200; n++) print "timer", n }' >"$points_file"
    calls=200
    return 0
  fi
  strace -f -o "$scene/trace" -e trace="$disk_calls" "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null || flunk "motcua $* failed"
  list_points "$points_file"
}

# begin_doomed CALL N VERB...: in the background, killed at that point; `victim` is its process.
begin_doomed() {
  call=$1 n=$2
  shift 2
  if [ "$by_strace" = yes ]; then
    strace -D -f -o /dev/null -e trace="$disk_calls" -e inject="$call:signal=SIGKILL:when=$n" "$motcua" "$@" \
      >"$scene/out" 2>"$scene/err" </dev/null &
    victim=$!
  else
    "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null &
    victim=$!
  fi
  servers="$servers $victim"
}
# killed_at CALL N VERB...: runs until that point, or to its end. Never fails.
killed_at() {
  begin_doomed "$@"
  if [ "$by_strace" = no ]; then
    sleep "0.$(printf '%03d' $((n * 2 % 1000)))"
    kill -KILL "$victim" 2>/dev/null || :
  fi
  wait "$victim" 2>/dev/null || :
}

# each_point FILE NUMBER COMMAND...: COMMAND CALL N for about NUMBER (scaled) points spread over FILE, first and last included.
each_point() {
  points_file=$1 points=$(($2 * scale / 100))
  shift 2
  all=$(wc -l <"$points_file")
  [ "$points" -ge 3 ] || points=3
  [ "$points" -le "$all" ] || points=$all
  at=0
  while [ "$at" -lt "$points" ]; do
    # shellcheck disable=SC2046  # a point is two words
    "$@" $(sed -n "$((1 + at * (all - 1) / (points > 1 ? points - 1 : 1)))p" "$points_file")
    at=$((at + 1))
  done
}
