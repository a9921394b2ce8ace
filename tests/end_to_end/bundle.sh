#!/bin/sh
# A week without a link: what a commune recorded goes to the city on a USB stick, and what the city has to say comes back on it; a
# lost stick tells its finder nothing.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh ngocha=$scene/ngocha stick=$scene/stick
mkdir "$stick"
found_city "$city"
free_port; city_port=$port  # where nobody listens
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
run 6 sync "$badinh" --once

for name in "Trần Thị Mai" "Lê Văn Bưởi" "Nguyễn Văn An"; do
  run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "$name"
done
run 0 bundle export "$badinh" "$stick/up"
says "4 entries"
run 4 bundle export "$badinh" "$stick/up"
says "never replaced"

# whoever finds it
! grep -q "Bưởi" "$stick/up" || flunk "a name can be read on the stick"
enrol "$ngocha" H26.00008 "Phường Ngọc Hà" H26 "$city_port" "$city"
run 4 bundle import "$ngocha" "$stick/up"
run 3 bundle import "$city" "$stick/nowhere"

# a damaged copy changes nothing
head -c 2000 "$stick/up" >"$stick/cut"
run 5 bundle import "$city" "$stick/cut"

run 0 bundle import "$city" "$stick/up" --answer "$stick/down"
says "taken: 4 entries"
run 0 status "$badinh"
says "not yet held above"
run 0 bundle import "$badinh" "$stick/down"
run 0 status "$badinh"
says "recorded, held and witnessed"

# the registry grew meanwhile: it came down too, and nothing is left to carry
run 0 registry show "$badinh" --kind offices
says "Ngọc Hà"
run 0 bundle import "$city" "$stick/up"
run 0 bundle export "$badinh" "$stick/again"
says "0 entries"
run 0 audit verify "$city"
run 0 audit verify "$badinh"

# while the node serves, an import goes through it
serve "$city" "$city_port"
run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "Phạm Thị Đào"
run 0 bundle export "$badinh" "$stick/more"
run 0 bundle import "$city" "$stick/more"
says "taken: 2 entries"  # a receipt for the registry that came, and the reception
say "ok"
