"""The figures of an imported history, from its CSV alone: what `motcua report` must print, cell by cell.

  python3 report_from_csv.py EVENTS.csv OFFICE FROM TO RULES ii06a|headline

prints the CSV of `motcua report ii06a|headline DIR --from FROM --to TO --as-of TO --rules RULES --by office --csv` (headline: with --staff), rows
without their names. RULES: strict, or II.06a for days before any calendar (then plain days count). Shares no code with motcua.
"""
import csv
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone

vietnam = timezone(timedelta(hours=7))


def minute(text):
    """An instant to the minute, which is what receipts print."""
    return datetime.fromisoformat(text).astimezone(vietnam).replace(second=0, microsecond=0)


def instant(text):
    return datetime.fromisoformat(text)


class Case:
    def __init__(self, events):
        events.sort(key=lambda row: (instant(row["time:timestamp"]), row["concept:instance"]))
        first = events[0]
        self.online = first["case:channel"] in ("Internet", "e-mail", "online", "Trực tuyến")
        self.start = minute(first["case:startdate"])
        self.due = minute(first["case:deadline"]) if first["case:deadline"] else None
        self.end = minute(first["case:enddate"]) if first["case:enddate"] else None
        self.received = self.start.date()
        self.finished = max(self.end.date(), self.received) if self.end else None
        groups = [row["org:group"] for row in events if row["org:group"]]
        self.group = groups[-1] if groups else ""
        self.hand_overs = []
        for before, after in zip([row for row in events if row["org:group"]], [row for row in events if row["org:group"]][1:]):
            if before["org:group"] != after["org:group"]:
                self.hand_overs.append(minute(after["time:timestamp"]).date())
        self.people = {(row["org:group"], row["org:resource"]) for row in events}

    def ended(self, rules):
        if self.due is None:
            return "on_time"
        if self.end > self.due:
            return "overdue"
        is_early = self.end < self.due if rules == "strict" else self.end.date() < self.due.date()
        return "early" if is_early else "on_time"


def read_cases(file):
    rows = defaultdict(list)
    with open(file, encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows[row["case:concept:name"]].append(row)
    return [Case(events) for events in rows.values()]


columns = ["received", "online", "direct", "carried", "resolved", "early", "on_time", "overdue", "in_process", "within_time", "past_due"]


def count(case, first, last, rules):
    """Which columns one case stands in."""
    if case.received > last or (case.finished and case.finished < first):
        return []
    found = ["received", "carried" if case.received < first else "online" if case.online else "direct"]
    if case.finished and case.finished <= last:
        return found + ["resolved", case.ended(rules)]
    is_past = case.due is not None and case.due.date() <= last
    return found + ["in_process", "past_due" if is_past else "within_time"]


def hundredths(part, whole):
    if whole == 0:
        return ""
    rounded = (20000 * part + whole) // (2 * whole)
    return 9999 if rounded == 10000 and part < whole else 1 if rounded == 0 and part > 0 else rounded


def main():
    file, office, first, last, rules, form = sys.argv[1:]
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    cells, hand_overs, people = defaultdict(int), defaultdict(int), defaultdict(set)
    groups = set()
    for case in read_cases(file):
        stands_in = count(case, first, last, rules)
        key = f"{office}/{case.group}" if case.group else office
        given = sum(1 for day in case.hand_overs if first <= day <= last)
        hand_overs[key] += given
        hand_overs["total"] += given
        if stands_in or given:
            groups.add(key)
        for column in stands_in:
            cells[key, column] += 1
            cells["total", column] += 1
        if stands_in:
            for group, person in case.people:
                people[f"{office}/{group}" if group else office].add(person)
                people["total"].add(person)
    out = csv.writer(sys.stdout, lineterminator="\n")
    if form == "ii06a":
        out.writerow(["group", *columns])
    else:
        out.writerow(["group", "taken_in", "resolved", "in_time", "in_time_bp", "hand_overs", "officers"])
    for key in sorted(groups, key=str.encode) + ["total"]:
        if form == "ii06a":
            out.writerow([key, *(cells[key, column] for column in columns)])
            continue
        in_time, resolved = cells[key, "early"] + cells[key, "on_time"], cells[key, "resolved"]
        out.writerow([key, cells[key, "online"] + cells[key, "direct"], resolved, in_time, hundredths(in_time, resolved), hand_overs[key], len(people[key])])


main()
