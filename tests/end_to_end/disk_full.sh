#!/bin/sh
# A hub on a disk of its own that fills up: what others send is refused in words while its own counter goes on, out of the reserve in the end;
# once there is room again, what was refused comes, and nobody is accused.
. "$(dirname "$0")/support/scene.sh"

small=$scene/small
mkdir "$small"
if ! mount -t tmpfs -o size=64m tmpfs "$small" 2>/dev/null; then
  say "LOUD: no file system may be mounted here: that a full disk is survived is shown by tests/node/keep/disk_guard_test.cpp alone"
  exit 77
fi
trap 'for server in $servers; do kill -KILL "$server" 2>/dev/null || :; done; sleep 0.2; umount -l "$small"; rm -rf "$scene"' EXIT

city=$small/city badinh=$scene/badinh
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
sed -i 's/^keep_free_mib = .*/keep_free_mib = 16/; s/^reserve_mib = .*/reserve_mib = 8/' "$city/motcua.toml"
receive() { run "$1" dossier receive "$2" --procedure 1.004222 --applicant "$3"; }
receive 0 "$badinh" "Trần Thị Mai"
serve "$city" "$city_port"
within 10 test -f "$city/reserve"
run 0 sync "$badinh" --once

# nearly full: the counter goes on, and others wait
fallocate -l $(($(df --output=avail -B1 "$small" | tail -n 1) - 12 * 1024 * 1024)) "$small/filler"
receive 0 "$badinh" "Lê Văn Bưởi"
run 5 sync "$badinh" --once
says "nearly full"
receive 0 "$city" "Đỗ Thị Lê"
[ -f "$city/reserve" ] || flunk "the reserve was given up too early"
run 4 doctor "$city"
says "nearly full"
run 0 status "$city"
says "TROUBLE"
run 0 status "$badinh"
says "not yet held above"

# full: the reserve is given up, and acts are recorded out of it
dd if=/dev/zero of="$small/more" bs=1M 2>/dev/null || :
for number in 1 2 3 4 5; do receive 0 "$city" "Người thứ $number"; done
[ ! -f "$city/reserve" ] || flunk "the reserve was kept while the disk was full"
run 4 doctor "$city"
says "nothing is kept in reserve"
grep -q "given up" "$scene/serve.$city_port" || within 15 grep -q "nearly full" "$scene/serve.$city_port"
run 0 audit verify "$city"

# room again
rm "$small/filler" "$small/more"
run 0 sync "$badinh" --once
run 0 status "$badinh"
says "recorded, held and witnessed"
within 20 test -f "$city/reserve"
run 0 audit verify "$city"
run 0 doctor "$city"
stop "$server"
say "ok"
