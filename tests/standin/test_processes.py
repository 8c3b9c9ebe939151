"""Who uses which connection: the script, what it forks and what it starts."""
import unittest

from fake_winnow import run, stop_at


class Processes(unittest.TestCase):
    def test_the_path_serves_where_the_descriptor_is_lost(self):
        outcome = run("import wandb\nwandb.init()\nwandb.log({'a': 1})\n", by=("path",))
        self.assertEqual((outcome.code, outcome.metrics, outcome.by_path), (0, [{"a": 1}], 1))

    def test_a_descriptor_that_is_something_else_is_left_alone(self):
        outcome = run("import wandb\nwandb.init()\nwandb.log({'a': 1})\nprint('out')\n", by=("path",),
                      env={"WINNOW_REPORT_FD": "1"})
        self.assertEqual((outcome.out, outcome.metrics, outcome.by_path), ("out\n", [{"a": 1}], 1))

    def test_a_socket_that_leads_nowhere_is_left_alone(self):
        outcome = run("""
import os, socket
stranger = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
os.environ['WINNOW_REPORT_FD'] = str(stranger.fileno())
import wandb
wandb.init()
wandb.log({'a': 1})
""", by=("path",))
        self.assertEqual((outcome.metrics, outcome.by_path, outcome.err), ([{"a": 1}], 1, ""))

    def test_a_forked_process_that_finishes_its_parents_run_reports_nothing_of_it(self):
        outcome = run("""
import os, wandb
run = wandb.init()
run.log({'held': 1}, commit=False)
pid = os.fork()
if pid == 0:
    wandb.finish()
    os._exit(0)
os.waitpid(pid, 0)
run.log({'loss': 2})
""")
        self.assertEqual(outcome.metrics, [{"held": 1, "loss": 2}])

    def test_a_forked_process_has_a_connection_of_its_own(self):
        outcome = run("""
import os, wandb
wandb.init()
wandb.log({'who': 0})
children = []
for n in range(1, 4):
    pid = os.fork()
    if pid == 0:
        for _ in range(50):
            wandb.log({'who': n})
        os._exit(0)
    children.append(pid)
for _ in range(50):
    wandb.log({'who': 0})
print([os.waitpid(pid, 0)[1] for pid in children])
""")
        self.assertEqual((outcome.code, outcome.out), (0, "[0, 0, 0]\n"), outcome.err)
        self.assertEqual(outcome.by_path, 3)
        who = [metrics["who"] for metrics in outcome.metrics]
        self.assertEqual([who.count(n) for n in range(4)], [51, 50, 50, 50])

    def test_a_forked_process_that_says_nothing_takes_nothing(self):
        outcome = run("""
import multiprocessing, wandb
def load(n):
    return n * n
run = wandb.init()
run.log({'held': 1}, commit=False)
with multiprocessing.get_context('fork').Pool(3) as pool:
    for epoch in range(3):
        run.log({'loss': sum(pool.map(load, range(8)))})
""")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.metrics, [{"held": 1, "loss": 140}, {"loss": 140}, {"loss": 140}])
        self.assertEqual(outcome.by_path, 0)

    def test_a_forked_process_that_exits_in_the_usual_way_reports_nothing_of_its_parents(self):
        outcome = run("""
import os, sys, wandb
run = wandb.init()
run.summary['once'] = 1
run.log({'held': 1}, commit=False)
pid = os.fork()
if pid == 0:
    sys.exit(0)
os.waitpid(pid, 0)
""")
        self.assertEqual(outcome.metrics, [{"held": 1}, {"once": 1}])

    def test_a_script_started_by_the_script_uses_the_path_even_with_the_descriptor_open(self):
        outcome = run("""
import os, subprocess, sys, wandb
wandb.init()
wandb.log({'parent': 1})
child = "import wandb; wandb.init(); [wandb.log({'child': n}) for n in range(20)]"
started = subprocess.Popen([sys.executable, '-c', child], close_fds=False)
for n in range(20):
    wandb.log({'parent': n})
print(started.wait())
""")
        self.assertEqual((outcome.out, outcome.by_path), ("0\n", 1), outcome.err)
        self.assertEqual(len(outcome.reports), 41)

    def test_a_launcher_hands_the_descriptor_on(self):
        outcome = run("""
import os, sys
os.execv(sys.executable, [sys.executable, '-c', "import wandb; wandb.init(); wandb.log({'a': 1})"])
""", by=("fd",))
        self.assertEqual((outcome.code, outcome.metrics), (0, [{"a": 1}]), outcome.err)

    def test_a_verdict_in_a_child_ends_the_child_with_code_0(self):
        outcome = run("""
import multiprocessing, wandb
def train():
    run = wandb.init()
    for n in range(100):
        run.log({'n': n})
process = multiprocessing.get_context('fork').Process(target=train)
process.start()
process.join()
print(process.exitcode)
""", stop_at(4))
        self.assertEqual((outcome.code, outcome.out), (0, "0\n"), outcome.err)
        self.assertEqual(len(outcome.reports), 4)

    def test_a_forked_process_may_start_a_run_of_its_own(self):
        outcome = run("""
import os, wandb
parent = wandb.init()
pid = os.fork()
if pid == 0:
    with wandb.init(config={'child': 1}) as run:
        assert run is not parent and run.config.child == 1
        run.log({'held': 1}, commit=False)
    os._exit(0)
print(os.waitpid(pid, 0)[1], wandb.run is parent)
""")
        self.assertEqual((outcome.out, outcome.metrics), ("0 True\n", [{"held": 1}]), outcome.err)

    def test_a_default_timeout_of_sockets_doesnt_matter(self):
        outcome = run("""
import socket, wandb
socket.setdefaulttimeout(0.05)
wandb.init()
wandb.log({'a': 1})
wandb.log({'a': 2})
""", lambda report, n: __import__("time").sleep(0.3) or {"verdict": "continue"})
        self.assertEqual((outcome.code, len(outcome.reports), outcome.err), (0, 2, ""))


if __name__ == "__main__":
    unittest.main()
