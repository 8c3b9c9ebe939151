"""wandb.log: what is reported, and at which step."""
import json
import unittest

from fake_winnow import run


class Values(unittest.TestCase):
    def reported(self, row, before="", declared=()):
        env = {"WINNOW_METRICS": json.dumps(declared)}
        outcome = run("import wandb\nwandb.init()\n{}\nwandb.log({})\n".format(before, row), env=env)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.said = outcome.err
        return outcome.metrics[0] if outcome.metrics else None

    def test_numbers_are_reported_and_the_rest_is_not(self):
        row = "{'loss': 0.1, 'n': 3, 'ok': True, 'text': 'a', 'none': None, 'list': [1, 2]}"
        self.assertEqual(self.reported(row), {"loss": 0.1, "n": 3})

    def test_what_is_left_out_is_said_once_and_media_are_not(self):
        self.reported("{'loss': 1, 'phase': 'val', 'image': wandb.Image([[1]])})\nwandb.log({'phase': 'test'}")
        self.assertEqual(self.said.count("phase is 'val' in wandb.log: no number, so it is not reported"), 1)
        self.assertNotIn("image", self.said)
        self.assertNotIn("test", self.said)

    def test_booleans_are_numbers_where_the_sweep_file_names_their_metric(self):
        row = "{'ok': True, 'eval': {'done': False}, 'other': True}"
        self.assertEqual(self.reported(row, declared=["ok", "eval/done"]), {"ok": 1, "eval/done": 0})

    def test_nested_values_get_slashes_where_the_sweep_file_names_them_so(self):
        self.assertEqual(self.reported("{'eval': {'acc': 0.7, 'loss': 1}}", declared=["eval/acc"]),
                         {"eval/acc": 0.7, "eval.loss": 1})

    def test_a_row_without_numbers_is_no_report(self):
        self.assertIsNone(self.reported("{'text': 'a', 'image': wandb.Image([[1]])}"))

    def test_nested_values_get_dots(self):
        self.assertEqual(self.reported("{'a': {'b': {'c': 1}, 'd': 2}, 'e/f': 3}"), {"a.b.c": 1, "a.d": 2, "e/f": 3})

    def test_values_that_arent_finite_go_as_texts(self):
        row = "{'a': float('nan'), 'b': float('inf'), 'c': float('-inf')}"
        self.assertEqual(self.reported(row), {"a": "NaN", "b": "Infinity", "c": "-Infinity"})

    def test_scalars_of_numpy_and_torch_are_numbers_and_their_booleans_are_not(self):
        before = """
class Scalar:  # as numpy's and torch's: item() gives the one element, or fails
    def __init__(self, *values): self.values = values
    def item(self):
        if len(self.values) != 1: raise ValueError('one element only')
        return self.values[0]
"""
        row = "{'a': Scalar(0.5), 'b': Scalar(2), 'many': Scalar(1, 2), 'flag': Scalar(True)}"
        self.assertEqual(self.reported(row, before), {"a": 0.5, "b": 2})

    def test_floats_come_out_exactly(self):
        self.assertEqual(self.reported("{'a': 0.1 + 0.2, 'b': 1e-320, 'c': 2**60, 'd': 10**400}"),
                         {"a": 0.1 + 0.2, "b": 1e-320, "c": float(2**60), "d": "Infinity"})

    def test_what_is_no_dictionary_with_texts_as_keys_is_an_error(self):
        for row in ("[1]", "{1: 2}", "3"):
            outcome = run("import wandb\nwandb.init()\nwandb.log({})\n".format(row))
            self.assertEqual(outcome.code, 1)
            self.assertIn("TypeError: wandb.log takes", outcome.err)


class Steps(unittest.TestCase):
    def reports(self, *calls):
        outcome = run("import wandb\nrun = wandb.init()\n" + "\n".join(calls) + "\nprint(run.step)\n")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.outcome = outcome
        return [(report.get("step"), report["metrics"]) for report in outcome.reports]

    def test_without_steps_none_is_sent(self):
        self.assertEqual(self.reports("wandb.log({'a': 1})", "wandb.log({'a': 2})"), [(None, {"a": 1}), (None, {"a": 2})])
        self.assertEqual(self.outcome.out, "2\n")

    def test_explicit_steps_are_sent_as_they_are(self):
        self.assertEqual(self.reports("wandb.log({'a': 1}, step=0)", "wandb.log({'a': 2}, 5)"),
                         [(0, {"a": 1}), (5, {"a": 2})])

    def test_rows_that_arent_committed_gather(self):
        self.assertEqual(self.reports("wandb.log({'a': 1}, commit=False)", "wandb.log({'a': 2, 'b': 3}, commit=False)",
                                      "wandb.log({'c': 4})"), [(None, {"a": 2, "b": 3, "c": 4})])

    def test_a_row_that_is_held_back_is_reported_by_the_next_step_and_at_the_end(self):
        self.assertEqual(self.reports("wandb.log({'a': 1}, step=3, commit=False)", "wandb.log({'a': 2}, step=4)",
                                      "wandb.log({'b': 5}, commit=False)"), [(3, {"a": 1}), (4, {"a": 2}), (4, {"b": 5})])

    def test_rows_of_one_step_add_up(self):
        self.assertEqual(self.reports("wandb.log({'a': 1}, step=7)", "wandb.log({'b': 2, 'a': 9}, step=7)",
                                      "wandb.log({'c': 3}, step=7, commit=True)", "wandb.log({'c': 4})"),
                         [(7, {"a": 1}), (7, {"b": 2}), (7, {"c": 3}), (8, {"c": 4})])

    def test_a_step_that_goes_back_is_dropped_with_a_warning(self):
        self.assertEqual(self.reports("wandb.log({'a': 1}, step=5)", "wandb.log({'a': 2}, step=4)",
                                      "wandb.log({'a': 3}, step=6)"), [(5, {"a": 1}), (6, {"a": 3})])
        self.assertIn("WARNING step 4 is less than the current step 5", self.outcome.err)

    def test_steps_given_later_stay_above_those_that_were_counted(self):
        # Winnow has counted 1 and 2 for wandb's 0 and 1.
        self.assertEqual(self.reports("wandb.log({'a': 1})", "wandb.log({'a': 2})", "wandb.log({'a': 3}, step=2)",
                                      "wandb.log({'a': 4}, step=9)", "wandb.log({'b': 4})", "wandb.log({'b': 5})"),
                         [(None, {"a": 1}), (None, {"a": 2}), (3, {"a": 3}), (10, {"a": 4}), (10, {"b": 4}),
                          (11, {"b": 5})])

    def test_a_step_may_be_a_float_or_a_scalar_but_not_a_text(self):
        scalar = "S = type('S', (), {'item': lambda self: 8})"
        self.assertEqual(self.reports(scalar, "wandb.log({'a': 1}, step=4.0)", "wandb.log({'a': 2}, step=S())"),
                         [(4, {"a": 1}), (8, {"a": 2})])
        outcome = run("import wandb\nwandb.init()\nwandb.log({'a': 1}, step='3')\n")
        self.assertIn("TypeError: step must be a whole number, not '3'", outcome.err)


if __name__ == "__main__":
    unittest.main()
