"""wandb.config: where values come from, and how they are read."""
import unittest

from fake_winnow import run


class ConfigTest(unittest.TestCase):
    def printed(self, script, **options):
        outcome = run("import wandb\n" + script, **options)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.outcome = outcome
        return outcome.out.strip()

    def test_the_sweeps_values_win_over_the_scripts(self):
        script = "wandb.init(config={'lr': 5, 'epochs': 2})\nprint(wandb.config.lr, wandb.config['epochs'])"
        self.assertEqual(self.printed(script, params={"lr": 0.1}), "0.1 2")

    def test_nested_values_are_merged_and_are_dicts(self):
        script = """
run = wandb.init(config={'optimizer': {'name': 'adam', 'lr': 7}})
print(run.config.optimizer, run.config['optimizer']['lr'], type(wandb.config.optimizer).__name__)"""
        self.assertEqual(self.printed(script, params={"optimizer": {"lr": 0.001}}),
                         "{'name': 'adam', 'lr': 0.001} 0.001 dict")

    def test_every_type_arrives_as_it_is(self):
        values = {"f": 1e-05, "i": 3, "b": False, "n": None, "t": "no", "l": [1, "a"], "d": {"x": {"y": 1}}}
        self.assertEqual(self.printed("wandb.init()\nprint(dict(wandb.config) == {!r})".format(values), params=values),
                         "True")

    def test_the_sweeps_values_cant_be_changed(self):
        script = """
wandb.init()
wandb.config.lr = 3
wandb.config.update({'lr': 4, 'new': 1}, allow_val_change=True)
print(wandb.config.lr, wandb.config.new)"""
        self.assertEqual(self.printed(script, params={"lr": 0.1}), "0.1 1")
        self.assertIn("config.lr: the sweep says 0.1; 4 is ignored", self.outcome.err)

    def test_other_values_change_only_when_that_is_said(self):
        script = """
wandb.init(config={'a': 1})
try:
    wandb.config.a = 2
except wandb.Error as error:
    print(type(error).__name__, error)
wandb.config.update({'a': 3}, allow_val_change=True)
wandb.config.setdefaults({'a': 9, 'b': 4})
print(wandb.config.a, wandb.config.b)"""
        out = self.printed(script)
        self.assertIn("ConfigError config.a is 1 and can't become 2", out)
        self.assertIn("3 4", out)

    def test_all_ways_to_read(self):
        script = """
wandb.init(config={'a': 1, 'b': {'c': 2}})
c = wandb.config
print(c.get('a'), c.get('x'), c.get('x', 5), 'a' in c, 'x' in c, list(c), list(c.keys()), c.items(), len(c))
print(dict(c), c.as_dict(), dict(**c), {**c}, c)
try: c.x
except AttributeError as error: print(error)
try: c['x']
except KeyError as error: print(error)
print(hasattr(c, 'x'), getattr(c, 'x', 7))
import copy; print(copy.deepcopy(c))"""
        same = "{'a': 1, 'b': {'c': 2}}"
        self.assertEqual(self.printed(script).split("\n"), [
            "1 None 5 True False ['a', 'b'] ['a', 'b'] [('a', 1), ('b', {'c': 2})] 2", " ".join([same] * 5),
            "wandb.config has no 'x'; it has: a, b", "'x'", "False 7", same])

    def test_a_namespace_of_argparse(self):
        script = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float, default=1.0)
parser.add_argument('--epochs', type=int, default=2)
args = parser.parse_args()
wandb.init(config=args)
wandb.config.update(args)
print(wandb.config.lr, wandb.config.epochs)"""
        # As W&B's agent does, Winnow may pass the values both as arguments and in the file.
        self.assertEqual(self.printed(script, params={"lr": 0.1}, args=["--lr=0.1"]), "0.1 2")

    def test_files_in_wandbs_form_and_plain_ones(self):
        files = {"conf.json": '{"wandb_version": 1, "a": {"desc": "x", "value": 1}}',
                 "config-defaults.yaml": '{"a": {"value": 5}, "b": 6}'}
        script = "wandb.init(config='conf.json')\nprint(dict(wandb.config))"
        self.assertEqual(self.printed(script, files=files), "{'a': 1, 'b': 6}")
        missing = run("import wandb\nwandb.init(config='nowhere.yaml')\n")
        self.assertIn("nowhere.yaml: can't be read: No such file or directory", missing.err)

    def test_parameters_that_cant_be_read_end_the_script(self):
        outcome = run("import wandb\nwandb.init()\n", env={"WANDB_SWEEP_PARAM_PATH": "/nowhere/params"})
        self.assertEqual(outcome.code, 1)
        self.assertIn("/nowhere/params: can't be read", outcome.err)

    def test_things_that_json_lacks_become_plain(self):
        script = """
import dataclasses, enum, pathlib
Color = enum.Enum('Color', 'red blue')
@dataclasses.dataclass
class Model:
    depth: int = 3
class Array:
    def tolist(self): return [1, 2]
wandb.init(config={'t': (1, 2), 'e': Color.red, 'd': Model(), 'p': pathlib.PurePosixPath('/a'), 'x': Array(), 'f': len})
print(dict(wandb.config))"""
        self.assertEqual(self.printed(script), "{'t': [1, 2], 'e': 'red', 'd': {'depth': 3}, 'p': '/a', 'x': [1, 2], "
                                               "'f': 'builtins.len'}")

    def test_before_init_it_says_what_is_missing(self):
        for use in ("wandb.config.lr", "wandb.config['lr']", "wandb.config.lr = 1", "wandb.config.update({})",
                    "wandb.summary['a'] = 1"):
            outcome = run("import wandb\n" + use)
            self.assertEqual(outcome.code, 1)
            self.assertIn("call wandb.init() before using wandb.", outcome.err)


if __name__ == "__main__":
    unittest.main()
