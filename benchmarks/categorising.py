"""Filing expenses: how long one takes, and what having the categoriser costs, in a process of its own."""

import random
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.goals import Result, at_most
from benchmarks.measure import times

SHOPS = 1200  # that a person has filed
MAX_RULES = 1000  # that a person may have
ROUNDS = 3000
WORDS = "market nova luigi shell park trattoria stadt apotheke blue heron station books fit yoga taxi garden"


def categorising_goals() -> list[Result]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.categorising"], capture_output=True, text=True, check=True
    )
    new, taught, ruled, ready, read, memory, history = map(float, done.stdout.split())
    return [
        at_most("G10 filing an expense, text never seen, p50", new, 1, "ms"),
        at_most(f"G10 … by a history of {SHOPS:,} shops, p50", taught, 1, "ms"),
        at_most(f"G10 … {MAX_RULES:,} patterns of rules over one of many texts, p50", ruled, 0.05, "ms"),
        at_most("G10 the categoriser, from import to first answer", ready, 0.3, "s"),
        at_most(f"G10 reading a history of {SHOPS:,} shops", read, 0.3, "s"),
        at_most("G10 memory of the categoriser", memory, 30, "MiB"),
        at_most(f"G10 … a history of {SHOPS:,} shops on top", history, 8, "MiB"),
    ]


def main() -> None:
    bare, started = held(), time.perf_counter()
    from lib.categorising.categoriser import Categoriser, Purchase
    from lib.categorising.rules import Rule, Rules
    from lib.categorising.sieve import Sieve
    from lib.categorising.state import from_text, to_text

    categoriser = Categoriser()
    categoriser.suggest(Purchase(date(2026, 11, 22), "REWE"))
    ready = time.perf_counter() - started
    chance, today = random.Random(2026), date(2026, 11, 22)
    words, names = WORDS.split(), list(categoriser.knowledge.brands.names)

    def purchase() -> Purchase:
        text = f"{chance.choice(words)} {chance.choice(names).upper()} {chance.randrange(10**6)}"
        return Purchase(today - timedelta(chance.randrange(900)), text)

    new = times(lambda _: categoriser.suggest(purchase()), ROUNDS)
    memory = held() - bare
    for _ in range(SHOPS):
        one = purchase()
        categoriser.learn(one, categoriser.suggest(one).guess)
    history = held() - bare - memory
    text = to_text(categoriser.learner)
    started = time.perf_counter()
    learner = from_text(text)
    read = time.perf_counter() - started
    taught = times(lambda _: Categoriser(learner=learner).suggest(purchase()), ROUNDS)
    rules = Rules(Rule(str(n), "r", "Other", "regex", rf"shop {n} ?\w+x") for n in range(MAX_RULES))
    sieve = Sieve(rules)
    ruled = times(lambda _: sieve.apply(purchase()), ROUNDS)
    print(new.p50, taught.p50, ruled.p50, ready, read, memory, history)


def held() -> float:
    """What this process holds, in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


if __name__ == "__main__":
    main()
