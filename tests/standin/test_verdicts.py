"""What a script does when Winnow says stop or pause, and when the channel breaks."""
import time
import unittest

from fake_winnow import GO_ON, run, stop_at

LOOP = """
import atexit, wandb
atexit.register(lambda: print('exit handler'))
wandb.init()
try:
    for epoch in range(100):
        try:
            wandb.log({'loss': epoch})
        except Exception:
            print('caught')
finally:
    wandb.log({'late': 1})
    print('cleaned up after', epoch)
print('never')
"""


class Verdicts(unittest.TestCase):
    def test_stop_leaves_through_finally_with_code_0(self):
        outcome = run(LOOP, stop_at(3))
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.out, "cleaned up after 2\nexit handler\n")
        self.assertEqual(outcome.metrics, [{"loss": 0}, {"loss": 1}, {"loss": 2}])
        self.assertEqual(outcome.err, "wandb: Winnow stopped this trial; leaving\n")

    def test_pause_does_the_same_and_says_so(self):
        outcome = run(LOOP, stop_at(2, "pause"))
        self.assertEqual(outcome.code, 0)
        self.assertIn("cleaned up after 1", outcome.out)
        self.assertEqual(outcome.err, "wandb: Winnow paused this trial; leaving\n")

    def test_a_report_that_isnt_recorded_at_the_end_leaves_too(self):
        ending = {"error": "not recorded: this attempt of the trial is over", "end": "pause"}
        outcome = run(LOOP, lambda report, n: GO_ON if n < 2 else ending)
        self.assertEqual(outcome.code, 0)
        self.assertIn("cleaned up after 2", outcome.out)
        self.assertEqual(outcome.err, "wandb: WARNING Winnow has not recorded the last report\n"
                                      "wandb: Winnow paused this trial; leaving\n")

    def test_a_context_manager_is_left_too_and_the_summary_isnt_reported(self):
        outcome = run("""
import wandb
with wandb.init() as run:
    run.summary['best'] = 3
    run.log({'a': 1}, commit=False)
    run.log({'b': 1})
    print('never')
""", stop_at(1))
        self.assertEqual((outcome.code, outcome.out), (0, ""))
        self.assertEqual(outcome.metrics, [{"a": 1, "b": 1}])

    def test_an_exception_of_the_script_still_fails(self):
        outcome = run("""
import wandb
with wandb.init() as run:
    run.log({'a': 1}, commit=False)
    raise ValueError('mine')
""", stop_at(1))
        self.assertEqual(outcome.code, 1)
        self.assertIn("ValueError: mine", outcome.err)
        self.assertEqual(outcome.metrics, [{"a": 1}])

    def test_a_verdict_to_finishs_report_ends_the_script_at_its_next_use_of_wandb(self):
        outcome = run("""
import wandb
for fold in range(3):
    run = wandb.init(reinit=True)
    run.summary['fold'] = fold
    run.finish()
    print('after', fold)
""", stop_at(2))
        self.assertEqual((outcome.code, outcome.out), (0, "after 0\nafter 1\n"))

    def test_another_thread_ends_and_wakes_the_main_thread(self):
        outcome = run("""
import threading, time, wandb
wandb.init()
def train():
    for i in range(100):
        wandb.log({'loss': i})
    print('never')
worker = threading.Thread(target=train)
try:
    worker.start()
    time.sleep(40)
    print('never')
finally:
    worker.join()
    print('cleaned up', worker.is_alive())
""", stop_at(3))
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.out, "cleaned up False\n")
        self.assertEqual(len(outcome.reports), 3)

    def test_a_main_thread_that_waits_for_the_other_is_woken(self):
        outcome = run("""
import threading, wandb
wandb.init()
def train():
    for i in range(100):
        wandb.log({'loss': i})
worker = threading.Thread(target=train)
worker.start()
worker.join()
print('joined')
wandb.log({'more': 1})
print('never')
""", stop_at(3))
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertNotIn("never", outcome.out)
        self.assertEqual(len(outcome.reports), 3)

    def test_init_in_another_thread_works_too(self):
        outcome = run("""
import threading, time, wandb
def train():
    wandb.init()
    wandb.log({'loss': 1})
threading.Thread(target=train).start()
for i in range(4000):
    time.sleep(0.01)
print('never')
""", stop_at(1))
        self.assertEqual((outcome.code, outcome.out), (0, ""), outcome.err)

    def test_a_verdict_that_came_to_an_interrupted_log_is_heeded_by_the_next(self):
        outcome = run("""
import signal, wandb
wandb.init()
class Alarm(Exception): pass
def ring(*_): raise Alarm
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    wandb.log({'n': 3})  # answered late, by stop
except Alarm:
    print('interrupted')
wandb.log({'n': 0})
print('never')
""", lambda report, n: slow(report, n))
        self.assertEqual((outcome.code, outcome.out), (0, "interrupted\n"), outcome.err)

    def test_an_interrupted_log_leaves_the_answers_in_order(self):
        # The alarm goes off between question and answer: the late answer belongs to the first report.
        outcome = run("""
import signal, time, wandb
wandb.init()
class Alarm(Exception): pass
def ring(*_): raise Alarm
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.2)
try:
    wandb.log({'n': 0})
except Alarm:
    print('interrupted')
for n in range(1, 9):
    wandb.log({'n': n})
    print(n)
""", lambda report, n: slow(report, n))
        self.assertEqual((outcome.code, outcome.out), (0, "interrupted\n1\n2\n"), outcome.err)
        self.assertEqual([metrics["n"] for metrics in outcome.metrics], [0, 1, 2, 3])


def slow(report, n):
    if n == 0:
        time.sleep(0.6)
    return {"verdict": "stop"} if report["metrics"]["n"] == 3 else GO_ON


class BrokenChannel(unittest.TestCase):
    TWO = "import wandb\nwandb.init()\nfor i in range(3): wandb.log({'a': i})\nprint('done')\n"

    def test_a_channel_that_winnow_closes_is_said_once_and_the_script_goes_on(self):
        outcome = run(self.TWO, lambda report, n: None, by=("fd",))
        self.assertEqual((outcome.code, outcome.out), (0, "done\n"))
        self.assertEqual(outcome.err.count("no longer reported"), 1)
        self.assertIn("closed by Winnow", outcome.err)

    def test_a_refused_report_is_said_and_the_script_goes_on(self):
        outcome = run(self.TWO, lambda report, n: {"error": "attempt 1 is out"} if n == 0 else GO_ON)
        self.assertEqual((outcome.code, len(outcome.reports)), (0, 3))
        self.assertIn("Winnow refused a report: attempt 1 is out", outcome.err)

    def test_an_answer_that_makes_no_sense_is_said(self):
        outcome = run(self.TWO, lambda report, n: b"nonsense\n")
        self.assertEqual((outcome.code, len(outcome.reports)), (0, 3))
        self.assertEqual(outcome.err.count("makes no sense"), 1)

    def test_no_connection_at_all_is_said(self):
        outcome = run(self.TWO, by=("path",), env={"WINNOW_REPORT_SOCKET": "/nowhere/sock"})
        self.assertEqual((outcome.code, outcome.out), (0, "done\n"))
        self.assertIn("no connection to Winnow", outcome.err)

    def test_by_hand_a_script_runs_and_reports_nothing(self):
        outcome = run(self.TWO, by=())
        self.assertEqual((outcome.code, outcome.out, outcome.reports), (0, "done\n", []))
        self.assertEqual(outcome.err, "wandb: Winnow's stand-in for wandb: no sweep runs this script, so nothing is "
                                      "reported\n")


if __name__ == "__main__":
    unittest.main()
