"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DEBUG = "--debug"
JSON = "--json"

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Scenario files, or names of shipped ones.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a shipped one.")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Replace one setting; may be repeated."),
]
AsJson = Annotated[bool, typer.Option(JSON, help="Print JSON instead of text.")]
Comparator = Annotated[
    str | None, typer.Option(metavar="KEY", help="Strategy that increments are counted from.")
]
Pairs = Annotated[
    list[str] | None,
    typer.Option("--pair", metavar="A,B", help="Say how A compares with B; may be repeated."),
]
Wtp = Annotated[float | None, typer.Option(help="Willingness to pay for one QALY.")]
PerspectiveName = Annotated[
    str | None, typer.Option(metavar="NAME", help="sector, payer, patient, programme or societal.")
]
DiscountCosts = Annotated[float | None, typer.Option(help="Annual discount rate for costs, such as 0.03.")]
DiscountEffects = Annotated[float | None, typer.Option(help="Annual discount rate for QALYs and life-years.")]
DrugPriceName = Annotated[
    str | None, typer.Option("--drug-price", metavar="NAME", help="list, or net of rebates to insurers.")
]
PriceYear = Annotated[
    int | None,
    typer.Option(help="Year in whose prices costs are shown; the willingness to pay is meant in that money."),
]
Engine = Annotated[
    str,
    typer.Option(
        metavar="CLOCK",
        help="simpy, compiled (needs treatpath[fast]) or auto, the one that ends sooner; same results.",
    ),
]
Backend = Annotated[
    str, typer.Option(metavar="local|dask", help="Where jobs run: here, or on machines that Dask reaches.")
]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask scheduler, such as tcp://10.0.0.1:8786; else one is started."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Do only what is missing in DIR; begin it if it is not there.")
]
Shard = Annotated[
    str | None,
    typer.Option(metavar="I/N", help="Only every N-th job from the I-th on; then `treatpath merge`."),
]
Workers = Annotated[int | None, typer.Option(help="Worker processes; results do not depend on it.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no messages.")]
