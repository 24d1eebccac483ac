"""`python -m bench.pipeline`: what a load and a build cost at national size, against floors measured in the same run.

Prints every target beside what was measured; where one is missed it says so and by what.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Measure, plie, run
from bench.resend import newer_copy

ONE_PLIE = "PLIE-59-06"
ROUNDS = 3
"""How often what is compared in (b) and (c) is measured; the median counts."""


def _line(name: str, measured: float, target: float, unit: str, detail: str) -> None:
    verdict = "met" if measured <= target else f"MISSED by {100 * (measured / target - 1):.0f} %"
    print(f"{name:<44} {measured:8.2f} {unit:<5} target <= {target:g} {unit}: {verdict}  ({detail})", flush=True)


def _shown(measure: Measure) -> str:
    return f"{measure.seconds:.1f} s, {measure.peak_mib:.0f} MiB"


def _median(measures: Sequence[Measure]) -> Measure:
    return Measure(
        statistics.median(measure.seconds for measure in measures), max(measure.peak_mib for measure in measures)
    )


def bench_scale_1(root: Path) -> None:
    """(a) load against its floor, (b) build against its compiled SQL, (c) one PLIE against everything."""
    data = root / "scale-1"
    plie("sample", data=data)
    landed = root / "landed"
    shutil.copytree(data / "landing", landed)
    floor = run(sys.executable, "-m", "bench.floor", str(landed), str(root / "floor.duckdb"))
    load = plie("load", data=data)
    detail = f"load {_shown(load)}; floor {_shown(floor)}"
    _line("(a) load of everything / floor", load.seconds / floor.seconds, 3, "x", detail)

    first_build = plie("build", data=data)
    build = _median([plie("build", "--full", data=data) for _ in range(ROUNDS)])
    compiled = _median([_compiled_sql(data, root / "compiled") for _ in range(ROUNDS)])
    detail = f"build {_shown(build)}, the first one {_shown(first_build)}; SQL alone {_shown(compiled)}"
    print(
        f"{'(b) build, tests and snapshot / SQL alone':<44} {build.seconds / compiled.seconds:8.2f} x      ({detail})",
        flush=True,
    )
    shutil.rmtree(data)
    bench_one_plie(root, landed)


def _compiled_sql(data: Path, folder: Path) -> Measure:
    """The models' SQL alone, as a build of everything compiled it: one of what changed compiles it for few PLIE."""
    folder.mkdir(exist_ok=True)
    # Under the same name: the compiled SQL says `warehouse.marts…`.
    copy = Path(shutil.copy(data / "warehouse.duckdb", folder))
    return run(sys.executable, "-m", "bench.compiled_sql", str(data / "dbt" / "target"), str(copy))


def bench_one_plie(root: Path, landed: Path) -> None:
    """(c) `plie load` and `plie build` of one PLIE sent again, against those of everything, as whole processes.

    Both are measured in turn in each round, so that what else the machine does falls on both.
    """
    (sent,) = (landed / ONE_PLIE).glob("*.zip")
    everything: list[tuple[Measure, Measure]] = []
    one: list[tuple[Measure, Measure]] = []
    for number in range(ROUNDS):
        data = root / f"round-{number}"
        shutil.copytree(landed, data / "landing")
        load = plie("load", data=data)
        plie("build", data=data)
        everything.append((load, plie("build", "--full", data=data)))
        newer_copy(sent, data / "landing" / ONE_PLIE)
        one.append((plie("load", data=data), plie("build", data=data)))
        nothing = plie("build", data=data)
        shutil.rmtree(data)
    ratios = sorted(
        sum(part.seconds for part in some) / sum(part.seconds for part in all_)
        for some, all_ in zip(one, everything, strict=True)
    )
    parts = [_shown(_median([measures[part] for measures in of])) for of in (one, everything) for part in (0, 1)]
    detail = (
        f"one {parts[0]} + {parts[1]}; everything {parts[2]} + {parts[3]}; a build with nothing to do"
        f" {_shown(nothing)}; ratios {', '.join(f'{ratio:.2f}' for ratio in ratios)}"
    )
    _line("(c) one PLIE loaded and built / everything", statistics.median(ratios), 0.2, "x", detail)


def bench_growth(root: Path, scales: list[float]) -> None:
    """(d) load and build at several scales: no worse than linear, and under 3 GiB at scale 10."""
    base: float | None = None
    for scale in scales:
        data = root / f"growth-{scale:g}"
        sample = plie("sample", "--scale", str(scale), data=data)
        load = plie("load", data=data)
        build = plie("build", data=data)
        seconds, peak = load.seconds + build.seconds, max(load.peak_mib, build.peak_mib)
        base = base or seconds / scale
        detail = f"sample {_shown(sample)}; load {_shown(load)}; build {_shown(build)}"
        _line(f"(d) scale {scale:g}: time per unit of scale / first", seconds / scale / base, 1, "x", detail)
        if scale == 10:
            _line("(d) scale 10: peak memory", peak / 1024, 3, "GiB", detail)
        shutil.rmtree(data)


def main() -> None:
    """Command line of the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scales", type=float, nargs="*", default=[1, 4, 10], help="scales of (d); none to leave it out"
    )
    parser.add_argument("--work", type=Path, default=None, help="folder for the data (default: a temporary one)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="plie-bench-") as folder:
        root = Path(folder)
        demo = plie("demo", data=root / "demo")
        _line("plie demo in all, first run", demo.seconds, 180, "s", _shown(demo))
        shutil.rmtree(root / "demo")
        bench_scale_1(root)
        bench_growth(root, arguments.scales)


if __name__ == "__main__":
    main()
