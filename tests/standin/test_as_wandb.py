"""The same calls as the real client was given (tests/data/wandb_client/make_vectors.py recorded what it did)."""
import json
import pathlib
import unittest

from fake_winnow import run

VECTORS = pathlib.Path(__file__).resolve().parents[1] / "data" / "wandb_client" / "history.json"

SCRIPT = """
import json, sys, wandb
vectors = json.load(open({path!r}))

def plain(value):
    return {{key: plain(value[key]) for key in value.keys()}} if hasattr(value, "keys") else value

results = []
for case in vectors["cases"]:
    run = wandb.init()
    for name, summary in vectors["definitions"]:
        run.define_metric(name, summary=summary)
    steps = []
    for data, step, commit in case["calls"]:
        run.log(data, step=step, commit=commit)
        steps.append(run.step)
    summary = plain(run.summary)
    run.log({{}}, step=run.step + 1)
    run.summary._logged.update(run.summary.never_reported())  # the history alone is compared
    run.log({{"end of case": 1}})
    run.finish()
    results.append([steps, summary])
print(json.dumps(results))
"""


def numbers(row):
    return {name: value for name, value in row.items() if not isinstance(value, (str, bool))}


def rows_of(reports):
    """Reports as rows by Winnow's step, those of one step together; one without a step is one after the last."""
    rows, last = {}, 0
    for report in reports:
        last = report.get("step", last + 1)
        rows.setdefault(last, {}).update(report["metrics"])
    return rows


class AsWandb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cases = json.loads(VECTORS.read_text())["cases"]
        outcome = run(SCRIPT.format(path=str(VECTORS)))
        assert outcome.code == 0, outcome.err
        cls.results = json.loads(outcome.out)
        cls.reports = [[]]
        for report in outcome.reports:
            if "end of case" in report["metrics"]:
                cls.reports.append([])
            else:
                cls.reports[-1].append(report)
        cls.reports.pop()

    def test_all_cases_were_played(self):
        self.assertGreaterEqual(len(self.cases), 60)
        self.assertEqual(len(self.reports), len(self.cases))

    def test_the_step_after_each_call_is_the_same(self):
        for case, (steps, _) in zip(self.cases, self.results):
            self.assertEqual(steps, case["step"], case["calls"])

    def test_the_summary_is_the_same(self):
        for case, (_, summary) in zip(self.cases, self.results):
            self.assertEqual(summary, case["summary"], case["calls"])

    def test_the_reports_are_the_rows_of_the_history(self):
        for case, reports in zip(self.cases, self.reports):
            rows = [[step, numbers(row)] for step, row in case["rows"]]
            # Winnow counts rows without a step from 1, wandb from 0.
            ahead = reports[0].get("step", 1) - rows[0][0]
            self.assertIn(ahead, (0, 1))
            self.assertEqual(rows_of(reports), {step + ahead: row for step, row in rows if row}, case["calls"])


if __name__ == "__main__":
    unittest.main()
