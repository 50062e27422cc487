"""python3 -m unittest discover -s bench/tests"""

import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import bodies, machine, report, subjects  # noqa: E402


def results(tollgate_cpu, tollgate_rps=30_000.0, rows_hold=True):
    def subject(label, cpus, rps, **more):
        meter = {"foreign_share": 0.0, "stolen_share": 0.0, "load_core_busy_share": 0.5}
        return {
            "label": label, "must_not_fail": True, "idle_mb": 100, "starts": {"default": [0.6]}, "checks": {},
            "rounds": [{"whole": {"cpu_us": cpu, "rps": rps, "errors": 0, "meter": meter}} for cpu in cpus],
        } | more
    return {"subjects": {
        "nginx": subject("nginx", [20.0, 10.0, 30.0], 40_000.0),
        "tollgate": subject("Tollgate", tollgate_cpu, tollgate_rps,
                            checks={"a row for every call": ("text", rows_hold)}),
    }}


def verdicts(found):
    return {name: holds for name, _, holds in report.floors(found)}


class Floors(unittest.TestCase):
    def test_a_ratio_is_taken_within_each_round(self):
        # 2.45, 2.6 and 2.6 times; the medians of both columns would give 49 / 20 = 2.45 and hide it.
        self.assertFalse(verdicts(results([49.0, 26.0, 78.0]))["CPU per request, × nginx"])
        self.assertTrue(verdicts(results([49.0, 26.0, 72.0]))["CPU per request, × nginx"])

    def test_a_translated_call_is_compared_with_the_same_subjects_own_way(self):
        found = results([40.0, 20.0, 40.0])
        for measured, cpu in zip(found["subjects"]["tollgate"]["rounds"], (58.0, 29.0, 80.0)):
            measured["translated"] = measured["whole"] | {"cpu_us": cpu}
        name = "CPU per translated request, × the same dialect"
        self.assertTrue(verdicts(found)[name])
        found["subjects"]["tollgate"]["rounds"][0]["translated"]["cpu_us"] = 62.0
        self.assertFalse(verdicts(found)[name])

    def test_what_was_not_measured_is_neither_kept_nor_missed(self):
        self.assertIsNone(verdicts(results([40.0, 20.0, 40.0]))["requests per second, × LiteLLM"])

    def test_an_error_or_a_missing_row_misses_a_floor(self):
        found = results([40.0, 20.0, 40.0], rows_hold=False)
        found["subjects"]["nginx"]["rounds"][1]["whole"]["errors"] = 1
        self.assertFalse(verdicts(found)["errors, nginx"])
        self.assertTrue(verdicts(found)["errors, Tollgate"])
        self.assertFalse(verdicts(found)["a row for every call, Tollgate"])

    def test_the_table_shows_medians_and_range(self):
        self.assertIn("20.0 (10.0 to 30.0)", report.markdown(results([40.0, 20.0, 40.0])))


class Machine(unittest.TestCase):
    def test_the_cpu_of_children_counts_while_they_run_and_after(self):
        burn = "import time; e = time.process_time() + 0.3\nwhile time.process_time() < e: pass"
        parent = (
            "import subprocess, sys, time\n"
            f"subprocess.run([sys.executable, '-c', {burn!r}])\n"
            "print('done', flush=True); time.sleep(30)")
        with tempfile.TemporaryDirectory() as folder:
            child = machine.Child(
                "parent", [sys.executable, "-c", parent], machine.cores()[0], Path(folder) / "log", pipes=True)
            try:
                child.process.stdout.readline()
                self.assertGreaterEqual(machine.cpu_seconds(child.pid), 0.28)
                self.assertGreater(machine.resident_megabytes(child.pid), 1)
            finally:
                child.stop()
            self.assertFalse(child.alive())

    def test_a_stopped_child_takes_its_group_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            child = machine.Child(
                "shell", ["sh", "-c", "sleep 60 & echo $!; wait"], machine.cores()[0], Path(folder) / "log",
                pipes=True)
            grandchild = int(child.process.stdout.readline())
            child.stop()
            until = time.monotonic() + 5
            while subprocess.run(["kill", "-0", str(grandchild)], stderr=subprocess.DEVNULL).returncode == 0:
                self.assertLess(time.monotonic(), until, "the grandchild is still there")
                time.sleep(0.05)


class Bodies(unittest.TestCase):
    def test_requests_have_the_sizes_that_the_figures_are_for(self):
        with tempfile.TemporaryDirectory() as folder:
            sizes = {name: path.stat().st_size for name, path in bodies.write_all(Path(folder)).items()}
        self.assertEqual(sizes, {
            "whole": 928, "stream": 928, "large": 262_144, "translated": 928, "translated_large": 262_144})


class Rows(unittest.TestCase):
    def test_rows_are_counted_in_whatever_file_holds_them(self):
        import sqlite3
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "journal").write_bytes(b"not a database, but as long as one")
            database = sqlite3.connect(Path(folder) / "store.db")
            database.execute("create table keys (x)")
            database.execute("create table spend_logs (x)")
            database.executemany("insert into spend_logs values (?)", [(1,), (2,)])
            database.commit()
            database.close()
            self.assertEqual(subjects.spend_rows(Path(folder)), (2, "spend_logs"))


if __name__ == "__main__":
    unittest.main()
