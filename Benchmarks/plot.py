#!/usr/bin/env python3
"""Draws what bench.py measured: each bar beside its must and aim, and latencies by percentile.

    python3 Benchmarks/plot.py .build/bench.json .build/bench.svg
"""

import json
import statistics
import sys

import matplotlib

matplotlib.use("svg")
# Numbers and names stay text, and two plots of the same figures are the same file.
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "nodus", "font.size": 9}

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import LogLocator, NullFormatter  # noqa: E402

INK, GOOD, BAD, AIM = "#1d2424", "#0f6b5c", "#a8281f", "#8a4b12"
# As `nodus-bench` has them in a result's `curve`.
PERCENTILES = [10, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100]


def draw_bars(axes, rows):
    """One line a bar: how many times better than its must, so that right of 1 is met whichever way it counts."""
    rows = rows[::-1]
    for place, row in enumerate(rows):
        def better(value):
            return row["must"] / value if row["at_most"] else value / row["must"]
        values = [better(max(ratio, 1e-9)) for ratio in row["ratios"]]
        middle = statistics.median(values)
        colour = GOOD if middle >= 1 else BAD
        axes.plot([min(values), max(values)], [place, place], color=colour, linewidth=4, alpha=0.35)
        axes.plot([middle], [place], "o", color=colour)
        if row["aim"] is not None:
            axes.plot([better(row["aim"])], [place], "|", color=AIM, markersize=14)
    axes.axvline(1, color=INK, linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(range(len(rows)), [f'{row["title"]}  {shown(row)}' for row in rows])
    axes.set_xlabel("times better than the must (1); | is the aim; the pale line is from the worst round to the best")
    axes.grid(axis="x", which="both", alpha=0.2)


def shown(row):
    value = statistics.median(row["ratios"])
    sign = "≤" if row["at_most"] else "≥"
    beside = f' × {row["floor"]}' if row["floor"] else f' {row["unit"]}'
    return f'{value:.3g}{beside} (must {sign} {row["must"]:g})'


def draw_curves(axes, curves):
    places = [-1 * (100 - percentile) for percentile in PERCENTILES[:-1]]
    for name, rounds in curves.items():
        middle = [statistics.median(values) for values in zip(*rounds)][:-1]
        axes.plot(places, middle, marker=".", label=name)
    axes.set_xscale("symlog", linthresh=0.01)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xticks(places, [f"{percentile:g}" for percentile in PERCENTILES[:-1]])
    axes.minorticks_off()
    axes.set_xlabel("percentile")
    axes.set_ylabel("ms from when it was due")
    axes.grid(alpha=0.2)
    axes.legend(frameon=False)


def growth_lines(bars, key):
    """What grows, and of what: its sizes and a median at each."""
    lines = {}
    for bar, measured in bars.items():
        if not bar.startswith("P9"):
            continue
        for name, rounds in measured["samples"].items():
            if rounds and key in rounds[0]:
                what, size = name.split(", ")
                middle = statistics.median(each[key] for each in rounds)
                lines.setdefault((what, size.split()[-1]), []).append((rounds[0]["size"], middle))
    return lines


def draw_growth(axes, lines):
    """What each step of growth costs, beside the smallest."""
    for (what, of), points in lines.items():
        axes.plot([size for size, _ in points], [value / points[0][1] for _, value in points], marker="o",
                  label=f"{what}, by {of}")
    axes.axhline(1, color=INK, linewidth=1)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("messages, people, or members of the chat")
    axes.set_ylabel("CPU beside the smallest")
    axes.grid(alpha=0.2)
    axes.legend(frameon=False)


def draw_sizes(axes, lines, label):
    """What a start takes, and what is resident after it: both grow, in a line at best."""
    for (_, of), points in lines.items():
        axes.plot(*zip(*points), marker="o", label=f"by {of}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("messages or people")
    axes.set_ylabel(label)
    axes.grid(which="both", alpha=0.2)
    axes.legend(frameon=False)


def main():
    measured = json.load(open(sys.argv[1]))
    bars = measured["bars"]
    rows = [row for bar in bars.values() for row in bar["rows"] if row["must"] is not None]
    curves = {
        name: rounds
        for name, samples in bars.get("P8", {"samples": {}})["samples"].items()
        if (rounds := [sample["result"]["curve"] for sample in samples])
    }
    growth = growth_lines(bars, "value")
    restarts = {key: growth.pop(key) for key in list(growth) if key[0] == "restart"}
    resident = growth_lines(bars, "resident")
    drawings = [
        (lines, draw) for lines, draw in (
            (curves, draw_curves),
            (growth, draw_growth),
            (restarts, lambda axes, lines: draw_sizes(axes, lines, "seconds of a restart")),
            (resident, lambda axes, lines: draw_sizes(axes, lines, "MB resident after it")),
        ) if lines
    ]
    heights = [max(1.2, 0.34 * len(rows))] + [3.2] * len(drawings)
    figure, all_axes = plt.subplots(
        len(heights), 1, figsize=(10, sum(heights) + 1.2), height_ratios=heights, squeeze=False,
        layout="constrained",
    )
    draw_bars(all_axes[0][0], rows)
    for (lines, draw), axes in zip(drawings, all_axes[1:]):
        draw(axes[0], lines)
    about = measured["machine"]
    figure.suptitle(f'{about["cpu"]}, {about["cores"]} cores, kernel {about["kernel"]}, {about["time"][:10]}', fontsize=9)
    figure.savefig(sys.argv[2], metadata={"Date": None})


if __name__ == "__main__":
    main()
