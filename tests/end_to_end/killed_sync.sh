#!/bin/sh
# kill -9 of either side at any disk call of a sync, then again: the same size and root on both sides, all verified.
. "$(dirname "$0")/support/scene.sh"
. "$(dirname "$0")/support/kill.sh"

log=motcua/H26.00004/
found_city "$scene/city0"
free_port
enrol "$scene/node0" H26.00004 "Phường Ba Đình" H26 "$port" "$scene/city0"
run 0 import events "$scene/node0" "$sample"
recorded=$(mark "$scene/node0" "$log" recorded)

again() {
  rm -rf "$scene/city" "$scene/node"
  cp -a "$scene/city0" "$scene/city"
  cp -a "$scene/node0" "$scene/node"
}
# Whatever was cut, one more sync ends with both alike and every act held.
converges() {
  run 0 sync "$scene/node" --once
  reached "$scene/node" "$log" held "$recorded" || flunk "$1: $(mark "$scene/node" "$log" held) of $recorded acts are held"
  same_log "$scene/node" "$scene/city" "$log" || flunk "$1: the two sides differ"
  stop "$server"
  run 0 audit verify "$scene/city"
  run 0 audit verify "$scene/node"
}

again
serve "$scene/city" "$port"
count_calls sync "$scene/node" --once
converges "uncut"

commune_killed_at() {
  again
  serve "$scene/city" "$port"
  killed_at "$1" sync "$scene/node" --once
  held=$(number "$scene/node" "$log" held) size=$(number "$scene/city" "$log" size)
  [ "$held" -le "$size" ] || flunk "commune killed at call $1: held says $held, the city has $size"
  converges "commune killed at call $1"
}
each_point "$calls" 40 commune_killed_at
say "sync: the commune was killed at points of $calls disk calls"

# The city's own writes while it takes the log: killed at its Nth, then started again on the same port.
city_killed_at() {
  again
  if [ "$by_strace" = yes ]; then
    strace -D -f -o /dev/null -e trace="$disk_calls" -e inject="$disk_calls:signal=SIGKILL:when=$1" \
      "$motcua" serve "$scene/city" --listen "127.0.0.1:$port" >"$scene/serve.killed" 2>&1 </dev/null &
  else
    "$motcua" serve "$scene/city" --listen "127.0.0.1:$port" >"$scene/serve.killed" 2>&1 </dev/null &
  fi
  victim=$!
  servers="$servers $victim"
  within 20 listening_or_gone "$victim"
  "$motcua" sync "$scene/node" --once >"$scene/out" 2>"$scene/err" </dev/null || :
  held=$(number "$scene/node" "$log" held)
  kill -KILL "$victim" 2>/dev/null || :
  wait "$victim" 2>/dev/null || :
  serve "$scene/city" "$port"
  size=$(number "$scene/city" "$log" size)
  [ "$held" -le "$size" ] || flunk "city killed at call $1: held says $held, the city has $size"
  converges "city killed at call $1"
}
listening_or_gone() { is_listening "$port" || ! kill -0 "$1" 2>/dev/null; }
each_point 120 40 city_killed_at
say "sync: the city was killed at its first 120 disk calls, in steps"
