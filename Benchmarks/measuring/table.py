"""What is printed."""

import statistics

from .processes import Missing
from .settings import CORES, SATURATED


class Row:
    """`ours` and `floor` name contestants; without a floor the bars are of the figure itself, and
    without `must` the row is for information. `key` is the figure of a sample that is shown."""

    def __init__(
        self, title, ours, floor, unit, must=None, aim=None, at_most=False, key="value"
    ):
        self.title, self.ours, self.floor, self.unit = title, ours, floor, unit
        self.must, self.aim, self.at_most, self.key = must, aim, at_most, key

    def ratios(self, samples):
        pairs = zip(samples[self.ours], samples[self.floor])
        return [ours[self.key] / floor[self.key] for ours, floor in pairs]

    def reaches(self, ratio, bar):
        return ratio <= bar if self.at_most else ratio >= bar

    def described(self, samples, missing):
        """What a plot needs to know; None where it was not run."""
        if self.ours in missing or self.floor in missing:
            return None
        ratios = self.ratios(samples) if self.floor else [each[self.key] for each in samples[self.ours]]
        return {
            "title": self.title.strip(), "floor": self.floor, "unit": "" if self.floor else self.unit,
            "must": self.must, "aim": self.aim, "at_most": self.at_most, "ratios": ratios,
            "met": self.verdict(statistics.median(ratios)),
        }

    def bound(self, bar):
        return "" if bar is None else f"{'≤' if self.at_most else '≥'} {bar}"

    def verdict(self, ratio):
        if self.must is None:
            return ""
        if not self.reaches(ratio, self.must):
            return "NO"
        is_aim = self.aim is not None and self.reaches(ratio, self.aim)
        return "yes, aim" if is_aim else "yes"


def median_of(samples, key):
    return statistics.median(sample[key] for sample in samples)


DECIMALS = {"µs": 1, "ms": 2, "s": 2, "MB": 0, "KB": 1, "B": 0, "": 2}


def figure(samples, unit, key="value"):
    value = median_of(samples, key)
    decimals = DECIMALS.get(unit)
    return f"{value:,.0f}{unit}" if decimals is None else f"{value:,.{decimals}f} {unit}"


def cores(samples):
    server, client = median_of(samples, "server_cpu"), median_of(samples, "client_cpu")
    return f"{server:.0%} + {client:.0%}"


def table_row(row, samples, missing):
    bounds = [row.bound(row.must), row.bound(row.aim)]
    if row.ours in missing:
        return [row.title, f"NOT RUN: {missing[row.ours]}", "", "", *bounds, "", "", ""]
    ours = samples[row.ours]
    shown = figure(ours, row.unit, row.key)
    if row.floor is None:
        verdict = row.verdict(median_of(ours, row.key))
        return [row.title, shown, "", "", *bounds, verdict, cores(ours) if row.must else "", ""]
    if row.floor in missing:
        reason = f"NOT RUN: {missing[row.floor]}"
        return [row.title, shown, reason, "", *bounds, "", cores(ours), ""]
    ratios = row.ratios(samples)
    ratio = statistics.median(ratios)
    return [
        row.title, shown, figure(samples[row.floor], row.unit, row.key),
        f"{ratio:.2f} ({min(ratios):.2f}..{max(ratios):.2f})", *bounds, row.verdict(ratio),
        cores(ours), cores(samples[row.floor]),
    ]


def print_table(measured):
    lines = [[
        "bar", "ours", "floor", "ratio median (min..max)", "must", "aim", "met",
        "CPU ours", "CPU floor",
    ]]
    for bar in measured.values():
        lines += [table_row(row, bar["samples"], bar["missing"]) for row in bar["rows"]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = (text.ljust(width) for text, width in zip(line, widths))
        print(" | ".join(cells).rstrip())
    print("CPU: server + client, of one core.")


def print_doubts(measured):
    """What makes a figure mean less."""
    others = []
    for bar in measured.values():
        for contestant, samples in bar["samples"].items():
            client = median_of(samples, "client_cpu")
            if client > SATURATED:
                print(f"{contestant}: the client was at {client:.0%} of a core; its rate is a cap.")
            others.append(median_of(samples, "other_cpu"))
    if max(others, default=0) > 0.1 * CORES:
        print(
            f"Other programs kept {min(others):.1f} to {max(others):.1f} of {CORES} cores busy: "
            "rates are too low, and ratios of rates may be far off. Run it on an idle machine."
        )


def optional(contestants, missing, name, start):
    try:
        contestants[name] = start()
    except Missing as error:
        missing[name] = str(error)
