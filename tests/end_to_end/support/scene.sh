# The stage that every end-to-end test plays on: a temporary folder, offices on free loopback ports, and words to ask
# and to wait with. Sourced with the binary's path as $1; cleans up after itself, also when killed.
set -eu
motcua=$1
scale=${MOTCUA_TEST_SCALE:-100}
scene=$(mktemp -d)
servers=""
unset MOTCUA_PASSPHRASE DISPLAY || :

strike_the_set() {
  for server in $servers; do kill -KILL "$server" 2>/dev/null || :; done
  rm -rf "$scene"
}
trap strike_the_set EXIT
trap 'exit 1' INT TERM HUP

say() { printf '%s\n' "$*"; }
# Ends the test with what was seen last.
flunk() {
  say "FAILED: $*" >&2
  for seen in out err; do
    [ -s "$scene/$seen" ] && { say "--- last std$seen:" >&2; tail -n 30 "$scene/$seen" >&2; }
  done
  exit 1
}

# run CODE VERB...: motcua must end with exit code CODE. Leaves its output in $scene/out and $scene/err.
run() {
  wanted=$1
  shift
  code=0
  "$motcua" "$@" >"$scene/out" 2>"$scene/err" </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || flunk "motcua $* ended with $code, not $wanted"
  # Whatever goes wrong is said on one channel, in one form.
  [ "$code" -eq 0 ] || [ "$code" -eq 4 ] || [ "$code" -eq 5 ] || grep -q '^motcua: ' "$scene/err" || flunk "motcua $* failed without a word"
}
says() { grep -qF -- "$1" "$scene/out" "$scene/err" || flunk "expected to read: $1"; }
says_not() { ! grep -qF -- "$1" "$scene/out" "$scene/err" || flunk "did not expect to read: $1"; }

# within SECONDS COMMAND...: until it succeeds; the test fails when it has not by then.
within() {
  seconds=$1
  shift
  deadline=$(($(date +%s) + seconds))
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || flunk "not within $seconds s: $*"
    sleep 0.05
  done
}

# --- ports and servers ---
is_listening() { grep -q ":$(printf '%04X' "$1") 00000000:0000 0A" /proc/net/tcp; }
last_port=$((10000 + $$ * 16 % 22000))  # below the ephemeral ports; neighbours in time are 16 apart
# Sets `port` to one that nobody listens on.
free_port() {
  last_port=$((last_port + 1))
  while is_listening "$last_port"; do last_port=$((last_port + 1)); done
  port=$last_port
}
is_up() { is_listening "$1" || { kill -0 "$server" 2>/dev/null || flunk "serve ended: $(cat "$scene/serve.$1")"; return 1; }; }
# serve DIR PORT: sets `server` to its process, once it listens.
serve() {
  "$motcua" serve "$1" --listen "127.0.0.1:$2" >"$scene/serve.$2" 2>&1 </dev/null &
  server=$!
  servers="$servers $server"
  within 20 is_up "$2"
}
# stop PROCESS: by SIGTERM; it drains and ends with 0.
stop() {
  kill -TERM "$1"
  code=0
  wait "$1" || code=$?
  [ "$code" -eq 0 ] || flunk "serve ended with $code after SIGTERM"
}

# --- offices ---
# found_city DIR: sets `root`.
found_city() {
  run 0 init "$1" --city --code H26 --name "Thành phố Hà Nội" --officer "Trần Văn Bình" --insecure-no-passphrase
  root=$(cat "$scene/out")
}
# enrol DIR CODE NAME PARENT PORT CITYDIR
enrol() {
  run 0 enrol request "$1" --code "$2" --name "$3" --insecure-no-passphrase
  run 0 enrol approve "$6" "$1/enrol.request" --parent "$4" --out "$1.ticket"
  run 0 enrol accept "$1" "$1.ticket" --upstream "127.0.0.1:$5" --root "$root"
}

# --- what a node knows of a log ---
# mark DIR ORIGIN_PREFIX FIELD: one field of the first log of `status --json` whose origin begins so.
mark() {
  "$motcua" status "$1" --json 2>/dev/null | tr -d ' \n' | tr '{' '\n' | grep "\"origin\":\"$2" | head -n 1 |
    tr ',' '\n' | sed -n "s/.*\"$3\":\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" | head -n 1
}
# The same for a number; 0 where the log is not known.
number() { found=$(mark "$@"); say "${found:-0}"; }
# reached DIR ORIGIN_PREFIX FIELD NUMBER
reached() { [ "$(mark "$1" "$2" "$3")" = "$4" ]; }
same_log() { # DIR_A DIR_B ORIGIN_PREFIX: both hold the same size and root
  [ "$(mark "$1" "$3" size)" = "$(mark "$2" "$3" size)" ] && [ "$(mark "$1" "$3" root)" = "$(mark "$2" "$3" root)" ] &&
    [ -n "$(mark "$1" "$3" root)" ]
}

# The repository's own folder and the event logs that may lie beside it.
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
sample=$source_folder/tests/data/sample_events.csv
shared_logs=$source_folder/../shared/data/eventlogs
