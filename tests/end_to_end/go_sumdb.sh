#!/bin/sh
# What we export is read by Go's own checksum-database packages, which know nothing of us (Debian golang-go and
# golang-golang-x-mod-dev).
. "$(dirname "$0")/support/scene.sh"

gocode=/usr/share/gocode
build=$(dirname "$(realpath "$motcua")")  # where what Go compiles may stay
if ! command -v go >/dev/null || [ ! -d "$gocode/src/golang.org/x/mod/sumdb" ]; then
  say "LOUD: go or golang-golang-x-mod-dev is missing: that Go reads our export is NOT shown here"
  exit 77
fi
HOME=$scene GOPATH=$gocode GO111MODULE=off GOCACHE=$build/go-cache GOFLAGS= \
  go build -o "$scene/go_sumdb" "$(dirname "$0")/go_sumdb/main.go" >"$scene/out" 2>"$scene/err" || flunk "the Go reader does not build"

# read_by_go: every exported log, and each ends where status says.
read_by_go() {
  logs=0
  for checkpoint in $(find "$scene/export" -name checkpoint); do
    folder=${checkpoint%/checkpoint}
    "$scene/go_sumdb" "$folder" >"$scene/out" 2>"$scene/err" || flunk "Go does not read $folder"
    says "${folder#"$scene/export/"}"
    logs=$((logs + 1))
  done
  [ "$logs" -eq 3 ] || flunk "$logs logs are exported, not registry, city and commune"
}

city=$scene/city commune=$scene/badinh log=motcua/H26.00004/
found_city "$city"
free_port
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"
run 0 import events "$commune" "$sample"
serve "$city" "$port"
run 0 sync "$commune" --once
stop "$server"
run 0 audit export "$city" "$scene/export"
read_by_go

# Past 256 entries there are full tiles, and an upper level; the export is extended, cosignatures stand on the checkpoint.
{
  say "case:concept:name,concept:name,time:timestamp"
  row=0
  while [ "$row" -lt 300 ]; do
    say "HS-$((row / 4)),Bước $((row % 4)),2026-01-02 08:00:00.$((100 + row))+07:00"
    row=$((row + 1))
  done
} >"$scene/more.csv"
run 0 import events "$commune" "$scene/more.csv"
serve "$city" "$port"
run 0 sync "$commune" --once
stop "$server"
run 0 audit export "$city" "$scene/export"
read_by_go
origin=$(mark "$city" "$log" origin)
[ -f "$scene/export/$origin/tile/0/000" ] && [ -f "$scene/export/$origin/tile/1/000.p/1" ] || flunk "there is no full tile"
[ "$(find "$scene/export/$origin/tile" -type f | wc -l)" -eq 5 ] || flunk "tiles of the earlier size were left behind"
grep -q '/cosigner ' "$scene/export/$origin/checkpoint" || flunk "the city's cosignature is not on the checkpoint"

# Go refuses what we refuse.
flipped=$scene/export/$origin/tile/entries/000
{ head -c 9 "$flipped"; printf 'X'; tail -c +11 "$flipped"; } >"$scene/bundle"
cp "$scene/bundle" "$flipped"
! "$scene/go_sumdb" "$scene/export/$origin" >/dev/null 2>&1 || flunk "Go reads a bundle with a flipped byte"
