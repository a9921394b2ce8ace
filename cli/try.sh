#!/bin/sh
# A first look, on a fresh Debian 12, as root or with sudo:
#   sh cli/try.sh [EVENTS_FILE]
# Installs what a build needs, builds, and plays a day with an outage: a city, a hub and two communes on this machine,
# in a temporary folder that stays for a look around. EVENTS_FILE is a CSV or XES history to import instead of the sample.
set -eu
events=""
if [ $# -gt 0 ]; then
  case "$1" in -h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
  events=$(realpath -- "$1")
  [ -f "$events" ] || { echo "$1: no such file" >&2; exit 3; }
fi
cd "$(dirname "$0")/.."
[ -n "$events" ] || events=$PWD/tests/data/sample_events.csv

# --- build ---
sh tests/install.sh build
mkdir -p build
build() {
  cmake -S . -B build/release -G Ninja -DCMAKE_BUILD_TYPE=Release && cmake --build build/release --target motcua
}
[ -x build/release/motcua ] || echo "Building motcua; the first time this takes a few minutes."
if ! build >build/try.journal 2>&1; then
  tail -n 40 build/try.journal >&2
  exit 1
fi
source=$PWD
motcua=$source/build/release/motcua

# --- the stage: what verbs write into the current folder, such as rejected rows, belongs to it too ---
scene=$(mktemp -d /tmp/motcua-try.XXXXXX)
cd "$scene"
city_server="" hub_server=""
leave() {
  for server in $hub_server $city_server; do kill -TERM "$server" 2>/dev/null || :; done
  wait
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold="" plain=""; fi
act() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
# Shows the command as a person would type it, then runs it. Folders are left out of what is shown, the journal too, and
# hashes are cut short.
short() { sed -E "s|$scene/\|$source/||g; s/(MOTCUA1:[0-9A-Z]{16})[0-9A-Z]+/\1…/g; s/\b([0-9a-f]{8})([0-9a-f]{24}|[0-9a-f]{56})\b/\1…/g"; }
show() {
  {
    printf '  $ motcua'
    for word in "$@"; do case $word in *\ *) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac; done
    printf '\n'
  } | short
  code=0
  "$motcua" "$@" >"$scene/shown" 2>&1 || code=$?
  grep -vE '^20[0-9T:.+-]+ (info|debug) ' "$scene/shown" | short | sed 's/^./    &/'
  return "$code"
}
quietly() {
  "$motcua" "$@" >"$scene/shown" 2>&1 || { cat "$scene/shown" >&2; return 1; }
}

is_listening() { grep -q ":$(printf '%04X' "$1") 00000000:0000 0A" /proc/net/tcp; }
last_port=$((10000 + $$ * 16 % 22000))  # below the ephemeral ports; neighbours in time are 16 apart
free_port() {
  last_port=$((last_port + 1))
  while is_listening "$last_port"; do last_port=$((last_port + 1)); done
  port=$last_port
}
within() {
  deadline=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || { echo "this took too long: $*" >&2; exit 1; }
    sleep 0.1
  done
}
serve() {
  "$motcua" serve "$1" --listen "127.0.0.1:$2" >>"$1.journal" 2>&1 &
  server=$!
  within 20 is_listening "$2"
}

# mark DIR FIELD: of Ba Đình's log, as DIR knows it.
mark() {
  "$motcua" status "$scene/$1" --json | tr -d ' \n' | tr '{' '\n' | grep '"origin":"motcua/H26.00004/' | tr ',' '\n' |
    sed -n "s/^\"$2\":\\([0-9]*\\).*/\\1/p" | head -n 1
}
origin() { "$motcua" status "$scene/badinh" --json | tr -d ' \n' | grep -oE 'motcua/H26\.00004/[0-9a-f]{32}' | head -n 1; }
three_marks() {
  printf '    Phường Ba Đình    đã ghi (recorded) %s · cấp trên đã nhận (held) %s · thành phố xác nhận (witnessed) %s\n' \
    "$(mark badinh recorded)" "$(mark badinh held)" "$(mark badinh witnessed)"
}
code_shown() { grep -oE 'H26[.A-Z0-9]*-[0-9]{6}-[0-9]+' "$scene/shown" | head -n 1; }
# Days as an office in Vietnam counts them.
day() { TZ=ICT-7 date -d "$1" +%F; }
today() { day today; }
yesterday() { day yesterday; }
next_week() { day "7 days"; }
is_offered_back() {
  quietly sync "$scene/badinh" --once
  "$motcua" dossier show "$scene/badinh" "$residence" --json | grep -q '"offered_to":"H26.00004"'
}
is_witnessed() {
  quietly sync "$scene/badinh" --once && [ "$(mark badinh witnessed)" = "$(mark badinh recorded)" ]
}

# --- the story ---
act "1. A city, a hub below it, and two communes below the hub"
echo "  Demonstration keys have no passphrase (--insecure-no-passphrase); a real office types one."
quietly init "$scene/city" --city --code H26 --name "Thành phố Hà Nội" --officer "Trần Văn Bình" --insecure-no-passphrase --json
root=$(sed -n 's/.*"root":"\([^"]*\)".*/\1/p' "$scene/shown")
echo "  The city publishes its root key:"
echo "    $root"

enrol() { # DIR CODE NAME KIND PARENT PORT OFFICER
  quietly enrol request "$scene/$1" --code "$2" --name "$3" --kind "$4" --officer "$7" --insecure-no-passphrase
  quietly enrol approve "$scene/city" "$scene/$1/enrol.request" --parent "$5" --out "$scene/$1.ticket"
  quietly enrol accept "$scene/$1" "$scene/$1.ticket" --upstream "127.0.0.1:$6" --root "$root"
  printf '  %-10s %s, under %s\n' "$2" "$3" "$5"
}
free_port; city_port=$port
free_port; hub_port=$port
enrol hub H26.01 "Trung tâm phục vụ hành chính công số 1" hub H26 "$city_port" "Phạm Thị Hoa"
enrol badinh H26.00004 "Phường Ba Đình" commune H26.01 "$hub_port" "Nguyễn Thị Lan"
enrol ngocha H26.00008 "Phường Ngọc Hà" commune H26.01 "$hub_port" "Lê Văn Nam"
serve "$scene/city" "$city_port"; city_server=$server
serve "$scene/hub" "$hub_port"; hub_server=$server
quietly sync "$scene/ngocha" --once

act "2. The link goes down: the hub is gone"
kill -TERM "$hub_server"; wait "$hub_server" || :
hub_server=""
show sync "$scene/badinh" --once || echo "    (exit code $?: the hub cannot be reached; nothing is lost)"

act "3. Ba Đình works on. Every act is signed and on disk before the counter says so"
echo "  A birth is registered while the parents wait:"
show dossier receive "$scene/badinh" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --phone 0912345678
birth=$(code_shown)
lookup=$(sed -n 's/^mã tra cứu //p' "$scene/shown")
receipt=$(sed -n 's/^mã QR //p' "$scene/shown")
echo
echo "  The QR on the parents' receipt is signed. Whoever has the city's registry can check it, without any network:"
show receipt verify "$scene/badinh" "$receipt"
quietly dossier assign "$scene/badinh" "$birth" --unit "Tư pháp - Hộ tịch"
quietly dossier submit-for-signature "$scene/badinh" "$birth"
quietly dossier sign "$scene/badinh" "$birth"
show dossier number "$scene/badinh" "$birth" --number "118/2026"
show dossier complete "$scene/badinh" "$birth"
show dossier return "$scene/badinh" "$birth"
show lookup "$scene/badinh" "$lookup"
echo
echo "  A residence dossier takes days, and says which ones do not count:"
show dossier receive "$scene/badinh" --procedure 1.004222 --applicant "Trần Thị Mai"
residence=$(code_shown)
show dossier due "$scene/badinh" "$residence" --explain
show dossier assign "$scene/badinh" "$residence" --unit "Công an phường"
show dossier return "$scene/badinh" "$residence" || echo "    (exit code $?: the rules say no, and why)"
echo
echo "  Yesterday the machine was down and the paper book ran on. What it holds is copied in, with its own time:"
show dossier receive "$scene/badinh" --procedure 2.000635 --applicant "Lê Thị Hồng" --book 17 --received-at "$(yesterday)T09:20"
paper=$(code_shown)
echo
echo "  Ba Đình also takes in the history of its old system, $(basename "$events"): one signed act an event."
show import events "$scene/badinh" "$events" || { code=$?; [ "$code" -eq 4 ] || exit "$code"; echo "    (some rows were rejected, and said why; the rest is in)"; }
three_marks

act "4. The link comes back: one sync, and the hub's signature on what it holds"
serve "$scene/hub" "$hub_port"; hub_server=$server
show sync "$scene/badinh" --once
three_marks
echo "  The hub passes it up; the city checks every signature itself and cosigns:"
within 60 is_witnessed
three_marks
show status "$scene/badinh"

act "5. A dossier goes to the hub and comes back; nobody but the holder can move it"
show dossier hand-over "$scene/badinh" "$residence" --to H26.01 --note "Xin xác minh nơi ở cũ"
quietly sync "$scene/badinh" --once
show dossier take-over "$scene/hub" "$residence"
show dossier complete "$scene/badinh" "$residence" || echo "    (exit code $?: it is not for Ba Đình to move now)"
show dossier hand-back "$scene/hub" "$residence" --note "Đã xác minh"
within 60 is_offered_back
show dossier take-over "$scene/badinh" "$residence"

act "6. One is late, and gets an apology; one is early, and its applicant is told"
show dossier assign "$scene/badinh" "$paper" --unit "Tư pháp - Hộ tịch"
show dossier extend "$scene/badinh" "$paper" --new-due "$(next_week)" --note "Máy hỏng, sổ gốc lưu ở kho; thành thật xin lỗi"
show dossier complete "$scene/badinh" "$residence"
show dossier notify "$scene/badinh" "$residence" --about early --channel phone
show dossier return "$scene/badinh" "$residence"
show dossier show "$scene/badinh" "$residence"

act "7. The head closes the day; the city reports it, every figure from signed acts"
show day close "$scene/badinh"
within 60 is_witnessed
show report headline "$scene/city" --from "$(yesterday)" --to "$(today)"

act "8. The city proves what it holds"
show audit verify "$scene/city"

act "9. Anyone proves it again, from an export and the root key alone"
show audit export "$scene/city" "$scene/export"
show audit verify --from "$scene/export" --root "$root"

act "10. And a changed byte is found"
cp -R "$scene/export" "$scene/forged"
entries=$(find "$scene/forged" -path '*H26.00004*tile/entries*' -type f | head -n 1)
echo "  In a copy of the export, forged, one byte of Ba Đình's acts is another now:"
printf '\377' | dd of="$entries" bs=1 seek=400 conv=notrunc 2>/dev/null
show audit verify --from "$scene/forged" --root "$root" || echo "    (exit code $?)"

act "Where to look next"
cat <<END
  Everything is in $scene: city, hub, badinh, ngocha, export.
    $motcua status $scene/city --json
    $motcua dossier list $scene/badinh
    $motcua dossier history $scene/badinh $residence
    $motcua audit act $scene/city $(origin):2 --out act.cose      one act, byte for byte
    $motcua --help        every verb, and the exit codes
  How it is built: README.md, then sync/FORMAT.md and sync/PROTOCOL.md.   All tests: sh tests/run.sh
  To clean up: rm -r $scene
END
