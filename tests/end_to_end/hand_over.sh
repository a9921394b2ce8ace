#!/bin/sh
# A dossier's way between offices, by the real binary: offline at one commune, over the hub to another and back; who does
# not hold it cannot move it; the same state everywhere at the end; supplement, apology, lookup, closing and report.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city hub=$scene/hub badinh=$scene/badinh ngocha=$scene/ngocha
found_city "$city"
free_port; city_port=$port
enrol "$hub" H26.01 "Trung tâm số 1" H26 "$city_port" "$city"
free_port; hub_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26.01 "$hub_port" "$city"
enrol "$ngocha" H26.00008 "Phường Ngọc Hà" H26.01 "$hub_port" "$city"

field() { tr -d '\n' <"$scene/out" | sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p"; }
facts() { "$motcua" dossier show "$1" "$dossier" --json 2>/dev/null | tr -d ' \n'; }
holds() { facts "$1" | grep -q "\"office\":\"$2\"" && facts "$1" | grep -q '"offered_to":null'; }
is_offered() { facts "$1" | grep -q "\"offered_to\":\"$2\""; }
status_is() { facts "$1" | grep -q "\"status\":$2,"; }
round() { run 0 sync "$badinh" --once; run 0 sync "$hub" --once; run 0 sync "$ngocha" --once; }
arrives() { round; "$@"; }

# every office has heard of the others; then the hub is away
serve "$city" "$city_port"
serve "$hub" "$hub_port"; hub_server=$server
arrives true
stop "$hub_server"
run 6 sync "$badinh" --once
run 3 dossier receive "$badinh" --procedure 9.999999 --applicant "Trần Thị Mai"
says "không có thủ tục"
run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "Trần Thị Mai" --json
dossier=$(field code) lookup=$(field lookup_code) receipt=$(field receipt)

# the receipt: anyone with the registry believes its text, at home it is known to be kept, and it is printed the same again
run 0 receipt verify "$badinh" "$receipt"
says "Chữ ký đúng"
says "có đúng bước đã hứa"
run 0 receipt print "$badinh" "$dossier"
[ "$(cat "$scene/out")" = "$receipt" ] || flunk "a receipt printed again says something else"
run 0 receipt verify "$city" "$receipt"
says "chưa đến mục"
run 0 receipt verify --registry "$badinh.ticket" --root "$root" "$receipt"
says_not "khóa gốc"
printf '%s\n' "$receipt" | "$motcua" receipt verify "$badinh" - >"$scene/out" || flunk "a receipt on standard input"
run 5 receipt verify "$badinh" "$(printf '%s' "$receipt" | tr 23 32)"
run 0 dossier due "$badinh" "$dossier" --explain
says "7 ngày làm việc"
run 0 dossier assign "$badinh" "$dossier" --unit "Công an phường"
run 4 dossier return "$badinh" "$dossier"
says "Chưa thể trả kết quả"

# over the hub to the other commune
run 0 dossier hand-over "$badinh" "$dossier" --to H26.00008 --note "Xác minh nơi ở cũ"
run 4 dossier complete "$badinh" "$dossier"
serve "$hub" "$hub_port"
within 30 arrives is_offered "$ngocha" H26.00008
run 0 dossier take-over "$ngocha" "$dossier"
run 4 dossier take-over "$ngocha" "$dossier"
run 4 dossier seize "$badinh" "$dossier"
run 0 dossier note "$badinh" "$dossier" --note "Người nộp gọi hỏi"  # a counter records what happens at it
within 30 arrives holds "$badinh" H26.00008

# and back
run 0 dossier hand-back "$ngocha" "$dossier" --note "Đã xác minh"
within 30 arrives is_offered "$badinh" H26.00004
run 0 dossier take-over "$badinh" "$dossier"

# a supplement, and the clock goes on from it
run 0 dossier ask-supplement "$badinh" "$dossier" --missing "Giấy tờ chỗ ở hợp pháp"
run 4 dossier complete "$badinh" "$dossier"
says "đang chờ bổ sung"
run 0 lookup "$badinh" "$lookup"
says "Giấy tờ chỗ ở hợp pháp"
run 0 lookup "$badinh" "$dossier"
says_not "Giấy tờ chỗ ở hợp pháp"
run 3 lookup "$badinh" 7777-7777-7777-77777
run 0 dossier supplement "$badinh" "$dossier"
run 0 dossier resume "$badinh" "$dossier"
run 0 dossier extend "$badinh" "$dossier" --new-due 2099-12-01 --note "Xin lỗi"
run 4 dossier extend "$badinh" "$dossier" --new-due 2099-12-02
run 0 dossier complete "$badinh" "$dossier"
run 0 dossier show "$badinh" "$dossier"
says "sớm"
run 0 dossier notify "$badinh" "$dossier" --about early --channel phone
run 0 dossier return "$badinh" "$dossier"
run 0 day close "$badinh" --json
grep -q '"received":1' "$scene/out" || flunk "the book of the day holds one reception"

# beside a running serve a reception gives its receipt too, and prints it again
run 0 dossier receive "$city" --procedure 1.004222 --applicant "Lê Văn Nam" --json
at_city=$(field receipt) code=$(field code)
run 0 receipt print "$city" "$code"
[ "$(cat "$scene/out")" = "$at_city" ] || flunk "serve prints another receipt than it gave"

# the same everywhere, and proven
everywhere_returned() { status_is "$badinh" 10 && status_is "$ngocha" 10 && status_is "$hub" 10 && status_is "$city" 10; }
within 60 arrives everywhere_returned
run 0 report headline "$city" --from 2020-01-01 --to 2099-12-31 --json
for office in "$city" "$hub" "$badinh" "$ngocha"; do
  run 0 audit verify "$office"
  run 0 audit codes "$office"
done
for office in "$city" "$hub" "$ngocha"; do
  run 0 receipt verify "$office" "$receipt"
  says "có hiệu lực"
done
