"""The base case, step by step: a marimo notebook that is also a script."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="The base case of treatpath")


@app.cell(hide_code=True)
def _():
    import marimo as mo

    mo.md(
        """
        # The base case, step by step

        Six treatments for adults with treatment-resistant depression, and usual care, for the same simulated people with
        the same luck, over two years in the United States. **This is a planning and teaching model, never advice for one
        patient.** Many of its numbers are assumptions; the last section says which.

        Open it with `marimo edit docs/base_case.py`, or run it as a script: `python docs/base_case.py`. Smaller and
        quicker: `python docs/base_case.py -- --patients 100 --replications 2 --draws 100`.
        """
    )
    return (mo,)


@app.cell
def _(mo):
    import altair as alt
    import pandas as pd

    import sim
    from sim.analysis.breakdown import mean_curves
    from sim.analysis.comparison import to_rows
    from sim.report.answer import answer, ask
    from sim.report.figures import curve_chart, frontier_chart

    asked = mo.cli_args()
    sizes = [
        f"run.{setting}={asked[word]}"
        for word, setting in (("patients", "n_patients"), ("replications", "replications"))
        if word in asked
    ]
    draws = int(asked.get("draws") or 200)
    return alt, answer, ask, curve_chart, draws, frontier_chart, mean_curves, pd, sim, sizes, to_rows


@app.cell
def _(sim, sizes):
    scenario = sim.load("base", overrides=sizes)
    results = sim.simulate(scenario)
    return results, scenario


@app.cell(hide_code=True)
def _(answer, ask, mo, results):
    said = answer(ask(results, "base")).replace("$", r"\$")
    mo.md(
        f"""
        ## What do the pathways cost and achieve?

        {said} The interval tells chance between replications only; uncertainty about the evidence comes below.
        """
    )


@app.cell
def _(results, sim):
    table = sim.compare(results)
    table[
        [
            "strategy", "started_share", "response_share", "remission_share", "relapse_free_12m", "cost", "cost_se",
            "qaly", "qaly_se", "nmb", "nmb_se", "icer", "status",
        ]
    ].round(3)  # fmt: skip
    return (table,)


@app.cell
def _(frontier_chart, results, table, to_rows):
    labels = results.settings["base"].strategies
    frontier_chart(to_rows(table), labels)
    return (labels,)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        A strategy off the frontier costs more, or achieves less, than another one or a mix of two. Prices, perspective and
        willingness to pay are output settings: changing them needs no new run.
        """
    )


@app.cell
def _(results, sim):
    sim.compare(results, perspective="payer", wtp=50_000)[
        ["strategy", "cost", "qaly", "nmb", "status"]
    ].round(3)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## Who gets well, and for how long?

        Mean depression score (MADRS) of all referred people alive, by week since referral. Relapses bring curves up; treatment that
        goes on holds them down.
        """
    )


@app.cell
def _(curve_chart, labels, mean_curves, results):
    curve_chart(mean_curves(results, scenario="base"), "score", labels)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## One simulated person

        The same person, with the same luck, would be followed in every strategy under the same number. Reasons are told
        with each step.
        """
    )


@app.cell
def _(pd, scenario, sim):
    story = sim.trace(scenario, strategy="ketamine_home", patient=17)
    pd.DataFrame(story["story"])[["day", "text", "reason", "score", "cost"]].head(25)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## What if sessions were missed more often?

        A number put in place of a sourced one loses its citation: it is a what-if and looks like one. Both runs meet the
        same people with the same luck, so the difference is told with a small error.
        """
    )


@app.cell
def _(results, sim, sizes):
    missed = sim.simulate(sim.load("base", overrides=[*sizes, "care.session_no_show=0.2"]))
    before, after = (
        sim.compare(one).set_index("strategy")[["cost", "qaly", "nmb"]] for one in (results, missed)
    )
    (after - before).round(3)


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## How sure is the choice, given the evidence?

        Every parameter with a distribution is drawn, many times. The curves tell in which share of draws a strategy is
        worth most, chance of simulated patients taken out.
        """
    )


@app.cell
def _(draws, sim, sizes):
    patients = 500 if not sizes else min(500, int(sizes[0].split("=")[1]))
    drawn = sim.psa("base", draws=draws, patients=patients)
    value = sim.voi(drawn)
    return (value,)


@app.cell
def _(alt, labels, pd, value):
    curves = pd.DataFrame({labels[key]: shares for key, shares in value["ceac"].items()}, index=value["wtp"])
    long = curves.rename_axis("wtp").reset_index().melt("wtp", var_name="strategy", value_name="share")
    alt.Chart(long, title="In which share of draws is each strategy worth most?").mark_line().encode(
        alt.X("wtp", title="Willingness to pay for one QALY (USD)"),
        alt.Y("share", title="Share of draws"),
        alt.Color("strategy", title="Strategy"),
        alt.StrokeDash("strategy", title="Strategy"),
    )


@app.cell(hide_code=True)
def _(mo):
    mo.md(
        """
        ## What does it rest on?

        Every number has a source and a grade, or is an assumption and says so.
        """
    )


@app.cell
def _(pd, scenario, sim):
    cited = sim.cite(scenario)
    sources = pd.DataFrame(cited["sources"])[["source", "design", "n_parameters", "n_unchecked", "citation"]]
    sources.sort_values("n_parameters", ascending=False)
    return (cited,)


@app.cell
def _(cited, mo):
    mo.md(
        f"{len(cited['sources'])} sources, and **{len(cited['assumptions'])} assumptions** without a source."
    )


if __name__ == "__main__":
    app.run()
