"""The rest of wandb's surface: the run and its summary, what has no effect, and what raises."""
import ast
import pathlib
import unittest

from fake_winnow import STANDIN, run


class SurfaceTest(unittest.TestCase):
    def printed(self, script, **options):
        outcome = run("import wandb\n" + script, **options)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.outcome = outcome
        return outcome.out.strip().split("\n")


class Runs(SurfaceTest):
    def test_a_run_knows_its_trial(self):
        out = self.printed("""
run = wandb.init(project='p', entity='e', id='mine', tags=['a'], notes='n', group='g', job_type='j')
print(run.id, run.name, run.project, run.entity, run.sweep_id, run.tags, run.notes, run.group, run.job_type)
print(run.url, run.offline, run.disabled, run.resumed, run.step, wandb.run is run, run.get_url())
run.name = 'better'
print(wandb.run.name, repr(run))""")
        self.assertEqual(out, ["s1-4 trial-4 p e s1 ('a',) n g j", "None True False False 0 True None",
                               "better <wandb.Run s1-4 (better)>"])

    def test_names_come_from_the_environment_too(self):
        env = {"WANDB_PROJECT": "fixed", "WANDB_ENTITY": "team", "WANDB_NAME": "named", "WANDB_RUN_GROUP": "g"}
        out = self.printed("run = wandb.init(project='p', entity='e')\n"
                           "print(run.project, run.entity, run.name, run.group)", env=env)
        self.assertEqual(out, ["fixed team named g"])

    def test_its_folder_is_there_when_asked_for_and_not_before(self):
        out = self.printed("""
import os
run = wandb.init()
print(os.path.exists('wandb'))
with open(os.path.join(wandb.run.dir, 'model.h5'), 'w') as file: file.write('x')
print(os.path.relpath(run.dir), os.path.isfile(os.path.join(run.dir, 'model.h5')))""")
        self.assertEqual(out, ["False", "wandb/run-s1-4/files True"])

    def test_init_takes_every_argument_of_wandbs(self):
        self.printed("""
wandb.init(entity='e', project='p', dir=None, id='i', name='n', notes='x', tags=['t'], config={'a': 1, 'b': 2},
           config_exclude_keys=['b'], config_include_keys=None, allow_val_change=True, group='g', job_type='j',
           mode='online', force=True, reinit=True, resume='allow', resume_from=None, fork_from=None, save_code=True,
           tensorboard=False, sync_tensorboard=False, monitor_gym=True, anonymous='allow',
           settings=wandb.Settings(start_method='fork', _disable_stats=True, run_group='other'))
wandb.config.a = 5
print(dict(wandb.config), wandb.run.group, wandb.run.settings.start_method, wandb.run.settings.nothing)""")
        self.assertEqual(self.outcome.out, "{'a': 5} g fork None\n")
        outcome = run("import wandb\nwandb.init(projct='p')\n")
        self.assertIn("unexpected keyword argument 'projct'", outcome.err)

    def test_a_second_init_returns_the_run_and_reinit_makes_another(self):
        out = self.printed("""
one = wandb.init(config={'a': 1})
two = wandb.init(config={'b': 1})
three = wandb.init(reinit=True)
print(one is two, one is three, wandb.run is three)
try: one.log({'a': 1})
except wandb.errors.UsageError as error: print(error)
four = wandb.init(reinit='create_new')
print(four is three, wandb.run is three)
wandb.finish(); wandb.finish()
print(wandb.run)
try: wandb.log({'a': 1})
except wandb.Error as error: print(error)""")
        self.assertEqual(out, ["True False True", "run s1-4 is finished; wandb.log needs one that isn't", "False True",
                               "None", "call wandb.init() before wandb.log()"])

    def test_disabled_reports_nothing_and_says_so(self):
        for setting in ("wandb.init(mode='disabled')", "wandb.init(settings={'mode': 'disabled'})"):
            out = self.printed(setting + "\nwandb.log({'a': 1})\nprint(wandb.summary['a'], wandb.run.disabled)")
            self.assertEqual((out, self.outcome.reports), (["1 True"], []))
            self.assertIn("this trial reports nothing", self.outcome.err)
        self.printed("wandb.init()\nwandb.log({'a': 1})", env={"WANDB_MODE": "disabled"})
        self.assertEqual(self.outcome.reports, [])
        self.printed("wandb.init()\nwandb.log({'a': 1})", env={"WANDB_MODE": "offline"})
        self.assertEqual(self.outcome.metrics, [{"a": 1}])


class Summaries(SurfaceTest):
    def test_it_has_the_last_values_and_what_the_script_sets(self):
        out = self.printed("""
run = wandb.init()
run.log({'a': 1, 'n': {'x': {'y': 2}}, 't': 'hi'})
run.log({'a': 3})
run.summary['b'] = 4; run.summary.c = 5; wandb.summary.update({'d': 'x'})
print(wandb.summary['a'], run.summary.a, run.summary.n.x.y, run.summary['n']['x']['y'], run.summary.get('z', 0))
print(dict(run.summary.items()).keys() == set('antbcd'), 'a' in run.summary, sorted(run.summary.keys()))
try: run.summary.zz
except AttributeError as error: print(error)""")
        self.assertEqual(out, ["3 3 2 2 0", "True True ['a', 'b', 'c', 'd', 'n', 't']", "wandb.summary has no 'zz'"])

    def test_numbers_that_were_never_logged_are_reported_at_the_end(self):
        self.printed("""
wandb.init()
wandb.log({'loss': 1, 'n': {'x': 1}})
wandb.summary['best'] = 0.5
wandb.summary['loss'] = 0
wandb.summary['text'] = 'no number'
wandb.summary.update({'deep': {'er': 7}})""")
        self.assertEqual(self.outcome.metrics, [{"loss": 1, "n.x": 1}, {"best": 0.5, "deep.er": 7}])

    def test_define_metric_says_what_the_summary_keeps(self):
        out = self.printed("""
run = wandb.init()
run.define_metric('epoch')
run.define_metric('val/*', step_metric='epoch', summary='max')
run.define_metric('val/loss', step_metric='epoch', summary='min,last')
wandb.define_metric('quiet', summary='none', hidden=True)
wandb.define_metric('acc', summary='best', goal='maximize')
for i, v in enumerate([3, 1, 2]):
    wandb.log({'epoch': i, 'val/loss': v, 'val/acc': v, 'quiet': v, 'acc': v})
print(run.summary, run.summary['val/loss']['min'], run.summary['acc'].best)""")
        self.assertEqual(out, ["{'epoch': 2, 'val/loss': {'min': 1, 'last': 2}, 'val/acc': {'max': 3}, 'acc': "
                               "{'best': 3}} 1 3"])
        self.assertEqual(self.outcome.metrics[-1], {"val/loss.min": 1, "val/loss.last": 2, "val/acc.max": 3,
                                                    "acc.best": 3})
        for wrong in ("''", "'a*b'", "'a', summary='median'", "'a', goal='up'"):
            self.assertIn("wandb.errors.Error: define_metric", run("import wandb\nwandb.init().define_metric({})"
                                                                   .format(wrong)).err)


class WithoutEffect(SurfaceTest):
    def test_media_artifacts_and_plots(self):
        out = self.printed("""
import io, os
run = wandb.init()
wandb.watch(object(), log='all', log_freq=10); run.watch(object()); wandb.unwatch()
table = wandb.Table(columns=['a', 'b'], data=[[1, 2]])
table.add_data(3, 4); table.add_column('c', [5, 6])
print(table.columns, table.data, table.get_column('b'))
wandb.log({'table': table, 'image': wandb.Image('x.png', caption='c'), 'images': [wandb.Image([[0]])], 'loss': 1,
           'video': wandb.Video('v.mp4', fps=4), 'audio': wandb.Audio([0], sample_rate=1), 'html': wandb.Html('<p>'),
           'hist': wandb.Histogram([1, 2]), '3d': wandb.Object3D([[0, 0, 0]]), 'molecule': wandb.Molecule('a.pdb'),
           'pr': wandb.plot.pr_curve([1], [[0, 1]]), 'cm': wandb.plot.confusion_matrix(y_true=[1], preds=[1]),
           'line': wandb.plot.line(table, 'a', 'b', title='t')})
with open('model.pt', 'w') as file: file.write('x')
artifact = wandb.Artifact('model', type='model', metadata={'acc': 1}, description='d')
artifact.add_file('model.pt'); artifact.add_dir('.'); artifact.add(table, 't'); artifact.add_reference('s3://x')
with artifact.new_file('dir/notes.txt') as file: file.write('n')
print(run.log_artifact(artifact, aliases=['best']).wait().name, wandb.log_artifact('model.pt', name='m').name)
run.log_model('model.pt', 'm'); run.link_artifact(artifact, 'x'); run.log_code('.'); run.mark_preempting()
print(wandb.save('model.pt'), run.save('*.pt', base_path='.', policy='now'), os.path.exists('model.pt'))
wandb.alert(title='t', text='x', level=wandb.AlertLevel.WARN); run.alert('t', 'x')
print(wandb.login(key='k', relogin=True), wandb.setup(), wandb.require('core'), run.status())
wandb.termlog('a line'); wandb.termwarn('once', repeat=False); wandb.termwarn('once', repeat=False)
print(len(wandb.util.generate_id()), wandb.util.get_module('nowhere'))""")
        self.assertEqual(out[0], "['a', 'b', 'c'] [[1, 2, 5], [3, 4, 6]] [2, 4]")
        self.assertEqual(out[1:], ["model m", "[] [] True", "True None None None", "8 None"])
        self.assertEqual(self.outcome.metrics, [{"loss": 1}])
        self.assertEqual(self.outcome.err.count("WARNING once"), 1)
        self.assertEqual(self.outcome.err.count("Winnow takes no copy"), 2)

    def test_a_table_and_an_artifact_refuse_what_makes_no_sense(self):
        for call, text in (("wandb.Table(columns=['a']).add_data(1, 2)", "2 values for 1 columns (a)"),
                           ("wandb.Table(columns=['a'], data=[[1]]).add_column('b', [1, 2])", "2 values for 1 rows"),
                           ("wandb.Artifact('a', 'b').add_file('nowhere')", "nowhere is no file"),
                           ("wandb.Artifact('a', 'b').add_dir('nowhere')", "nowhere is no folder")):
            self.assertIn(text, run("import wandb\n" + call).err)

    def test_frameworks_find_the_places_that_they_look_at(self):
        out = self.printed("""
import importlib.metadata, importlib.util
from wandb.sdk.lib import RunDisabled
from wandb.sdk.lib.config_util import ConfigError
from wandb.sdk.wandb_run import Run
from wandb.wandb_run import Run as SameRun
import wandb.sdk.wandb_config, wandb.errors, wandb.data_types
print(importlib.metadata.version('wandb').split('.')[0].isdigit(), importlib.util.find_spec('wandb') is not None)
run = wandb.init()
print(isinstance(run, Run), isinstance(run, wandb.Run), SameRun is Run, issubclass(ConfigError, wandb.Error))
assert wandb.wandb_sdk.wandb_run.Run is Run
run._label(code='transformers_trainer')
print(getattr(run, '_attach_id', None), hasattr(wandb, '_attach'), callable(getattr(wandb, 'define_metric', None)))""")
        self.assertEqual(out, ["True True", "True True True True", "None False True"])


    def test_lightnings_logger_finds_all_that_it_calls(self):
        self.printed("""
wandb.require('service')
run = wandb.init(name=None, project='p', dir='.', id=None, resume='allow', anonymous=None)
run.define_metric('trainer/global_step')
run.define_metric('*', step_metric='trainer/global_step', step_sync=True)
run.config.update({'lr': 0.1}, allow_val_change=True)
run.watch(object(), log='gradients', log_freq=100, log_graph=True)
run.log(dict({'val/loss': 0.5, 'epoch': 0}, **{'trainer/global_step': 7}))
open('m.ckpt', 'w').close()
artifact = wandb.Artifact(name='model-' + run.id, type='model', metadata={'score': 1})
artifact.add_file('m.ckpt', name='model.ckpt', policy='mutable')
run.log_artifact(artifact, aliases=['latest', 'best'])
print(getattr(run, '_attach_id', None), run.id, run.name)""")
        self.assertEqual(self.outcome.metrics, [{"val/loss": 0.5, "epoch": 0, "trainer/global_step": 7}])


class Absent(unittest.TestCase):
    def error(self, script):
        outcome = run("import wandb\n" + script)
        self.assertEqual(outcome.code, 1)
        return outcome.err.strip().split("\n")[-1]

    def test_functions_that_cant_work_raise_and_say_what_to_do(self):
        self.assertIn("wandb.sweep: Winnow's stand-in for wandb has no 'sweep'; a sweep is a file here",
                      self.error("wandb.sweep({'method': 'grid'}, project='p')"))
        self.assertIn("wandb.agent: ", self.error("wandb.agent('id', function=print, count=3)"))
        self.assertIn("wandb.Api: ", self.error("api = wandb.Api()"))
        self.assertIn("wandb.restore: ", self.error("wandb.restore('model.h5')"))
        self.assertIn("wandb.use_artifact: ", self.error("wandb.init().use_artifact('data:latest')"))
        self.assertIn("wandb.use_artifact: ", self.error("wandb.Artifact('a', 'b').download()"))
        self.assertIn("UnsupportedError", self.error("wandb.controller()"))

    def test_what_isnt_there_is_named(self):
        self.assertIn("AttributeError: wandb.foo: Winnow's stand-in for wandb has no 'foo'", self.error("wandb.foo"))
        self.assertIn("has no 'run.foo'", self.error("wandb.init().foo()"))
        self.assertIn("has no 'util.foo'", self.error("wandb.util.foo"))
        self.assertIn("ImportError: cannot import name 'foo' from 'wandb'", self.error("from wandb import foo"))

    def test_callbacks_of_frameworks_are_named(self):
        for name in ("xgboost", "lightgbm", "apis.public"):
            found = self.error("import wandb." + name)
            self.assertIn("ModuleNotFoundError: wandb." + name.split(".")[0] + ": Winnow's stand-in", found)
        self.assertIn("wandb.integration.sb3: Winnow's stand-in", self.error("import wandb.integration.sb3"))


class Sources(unittest.TestCase):
    def test_they_are_python_3_8_and_import_nothing_that_isnt_pythons_own(self):
        allowed = {"argparse", "atexit", "contextlib", "ctypes", "dataclasses", "enum", "importlib", "json", "math",
                   "numbers", "operator", "os", "secrets", "signal", "socket", "stat", "sys", "tempfile", "threading",
                   "time"}
        files = list(STANDIN.rglob("*.py"))
        self.assertGreater(len(files), 10)
        for path in files:
            tree = ast.parse(pathlib.Path(path).read_text(encoding="utf-8"), feature_version=(3, 8))
            for node in ast.walk(tree):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module]
                for name in names:  # four are used where they are installed, inside functions
                    self.assertIn(name.split(".")[0], allowed | {"yaml", "pandas", "keras", "tensorflow"}, path)


if __name__ == "__main__":
    unittest.main()
