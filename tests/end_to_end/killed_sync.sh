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
# Nothing is ever shown as held that is not.
claims_only_what_is_held() {
  held=$(number "$scene/node" "$log" held) size=$(number "$scene/city" "$log" size)
  [ "$held" -le "$size" ] || flunk "$1: held says $held, the city has $size"
}

commune_killed_at() {
  again
  serve "$scene/city" "$port"
  killed_at "$1" "$2" sync "$scene/node" --once
  claims_only_what_is_held "commune killed at $1 $2"
  converges "commune killed at $1 $2"
}
again
serve "$scene/city" "$port"
trace_points "$scene/points" sync "$scene/node" --once
converges "uncut"
each_point "$scene/points" 40 commune_killed_at
say "sync: the commune was killed at points of $calls disk calls"

# The city while it takes the log: killed, then started again on the same port.
listening_or_gone() { is_listening "$port" || ! kill -0 "$1" 2>/dev/null; }
city_killed_at() {
  again
  begin_doomed "$1" "$2" serve "$scene/city" --listen "127.0.0.1:$port"
  within 20 listening_or_gone "$victim"
  "$motcua" sync "$scene/node" --once >"$scene/sync.out" 2>&1 </dev/null || :
  held=$(number "$scene/node" "$log" held)
  kill -KILL "$victim" 2>/dev/null || :
  wait "$victim" 2>/dev/null || :
  [ "$held" -le "$(number "$scene/city" "$log" size)" ] || flunk "city killed at $1 $2: held says $held, the city has less"
  serve "$scene/city" "$port"
  claims_only_what_is_held "city killed at $1 $2"
  converges "city killed at $1 $2"
}
if [ "$by_strace" = yes ]; then
  again
  begin_traced serve "$scene/city" --listen "127.0.0.1:$port"
  within 20 is_up "$port"
  converges "traced"
  list_points "$scene/points"
fi
each_point "$scene/points" 60 city_killed_at
say "sync: the city was killed at points of $calls disk calls"
