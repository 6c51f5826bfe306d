"""A peer of `npm run bench:peers` in Python: what PyTorch's and scikit-learn's sides share.

Reads one JSON command a line and answers with one line of JSON:
  {"prepare": case}  loads the case's data, checks nothing, computes once; answers {"value", "grads": {name: file}} or {"missing": why}
  {"run": ms}        takes samples for about that long; answers {"samples": [ms a call, ...]}
Alone, such a program prints the versions as JSON and ends with its input.
"""

import json
import sys
import time

BATCH_MS = 0.5


class Timed:
    """What is timed: `step`, in batches that are long enough for the clock."""

    calls = 1

    def batch(self):
        """Milliseconds of so many calls, without what other programs took meanwhile, as bench/lib/timer.mjs has it."""
        begin, before = time.perf_counter(), time.process_time()
        for _ in range(self.calls):
            self.step()
        return min(time.perf_counter() - begin, time.process_time() - before) * 1000

    def warm(self):
        """Doubles the calls of a batch until it is long enough for the clock."""
        end = time.perf_counter() + 0.1
        while (last := self.batch()) < BATCH_MS or time.perf_counter() < end:
            if last < BATCH_MS:
                self.calls *= 2
        return last

    def run(self, ms):
        end = time.perf_counter() + ms / 1000
        samples = []
        while not samples or time.perf_counter() < end:
            samples.append(self.batch() / self.calls)
        return samples


def file_of(case, name):
    """Where the gradient of an input goes."""
    return f"{case['folder']}/{case['peer']}.{name}.bin"


def serve(versions, prepare):
    """Serves `prepare(case)`, which returns a `Timed` or None, and the answer."""
    print(json.dumps(versions), flush=True)
    current = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if "prepare" in command:
                # What there was makes room first.
                current = None
                current, answer = prepare(command["prepare"])
            else:
                answer = {"samples": current.run(command["run"])}
        except (RuntimeError, TypeError, ValueError, MemoryError) as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)
