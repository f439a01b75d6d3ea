"""What the worker does of an import: write its expenses, take them back, bring them back, clear up.

All of it can be interrupted anywhere and done again. An expense's id is made of the run and the line it stands on, so that
writing it twice is writing it once; how many are written is kept on the run, so that it goes on where it stopped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from lib import binding
from lib.errors import Changed, Invalid, NotFound, TooLarge, Unavailable
from lib.importing import runs
from lib.importing.checking import Check
from lib.importing.drafts import Draft
from lib.importing.filing import RowFiler
from lib.importing.imports import KEPT_FOR, Imports, left_out_of
from lib.importing.runs import ImportRun, Sums
from lib.metrics import IMPORTS_DONE, IMPORTS_FAILED, NO_METRICS, Metrics
from lib.periods import Month
from lib.ports import Store
from lib.records import Expense, Filters, User

CHUNK = 1000  # expenses in one transaction: few enough that people who write meanwhile do not wait
PAGE = 2_000  # expenses in one answer: each page of the trash is found anew
SIGN_OF_LIFE = timedelta(seconds=5)
FILE_IS_GONE = "The file is not there any more, so the rest of it could not come in. Bring it again."
NOTHING_MORE = "The rest of the file does not come in. What did can be taken back."


@dataclass
class _Tally:
    """What came in, counted while it is written: by day first, which is quick."""

    days: defaultdict[tuple[date, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    count: int = 0

    def add(self, entry: Draft | Expense) -> None:
        self.count += 1
        self.days[entry.spent_on, entry.currency].add(entry.amount, entry.money_in)

    def finished(self, run: ImportRun) -> ImportRun:
        sums: defaultdict[str, Sums] = defaultdict(Sums)
        months: defaultdict[Month, defaultdict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
        for (day, currency), each in self.days.items():
            sums[currency].take(each)
            months[Month.of(day)][currency].take(each)
        return replace(
            run,
            state=runs.DONE,
            done=self.count,
            expected=self.count,
            sums=sums,
            months=months,
            first=min((day for day, _ in self.days), default=None),
            last=max((day for day, _ in self.days), default=None),
        )


class ImportWork:
    def __init__(
        self, store: Store, imports: Imports, now: Callable[[], datetime], metrics: Metrics = NO_METRICS
    ) -> None:
        self.store, self.imports, self.now, self.metrics = store, imports, now, metrics

    def run(self, user_id: str, run_id: str) -> None:
        """Write the expenses of a confirmed run, or go on writing them."""
        run, user = self.imports.find_run(user_id, run_id), self.store.get_user(user_id)
        if run is None or user is None or run.state not in (runs.QUEUED, runs.RUNNING):
            return
        try:
            stopped = self._write(user, self._begin(user, run))
        except NotFound:
            self._fail(run, FILE_IS_GONE)
            return
        except (Invalid, TooLarge) as error:  # would be so each time: said once, not tried for days
            self._fail(run, f"{error.message} {NOTHING_MORE}")
            return
        if stopped:
            self.run_revert(user_id, run_id)  # what was written after the person took the import back

    def run_revert(self, user_id: str, run_id: str) -> None:
        """Take back what a run brought, or bring it back, as its state says."""
        run = self.imports.find_run(user_id, run_id)
        if run is not None and run.state in (runs.REVERTING, runs.REVERTED):
            self._take_back(run)
        elif run is not None and run.state == runs.RESTORING:
            self._bring_back(run)

    def tidy(self) -> None:
        """Remove files that are no longer needed: of runs that are finished, forgotten or expired, after KEPT_FOR."""
        if not binding.is_ours(self.store, self.imports.files):
            return  # said by the sweep of the receipts
        newest = f"{int((self.now() - KEPT_FOR).timestamp() * 1000):012x}"
        for key in self.imports.files.list("imports/"):
            user_id, _, name = key.removeprefix("imports/").partition("/")
            run_id = name.partition(".")[0]
            if run_id[:12] < newest:
                run = self.imports.find_run(user_id, run_id)
                if run is None or run.is_finished:
                    self.imports.files.remove(key)

    def _begin(self, user: User, run: ImportRun) -> ImportRun:
        """Look for duplicates once more if anything was written since the person confirmed: by another import, say."""
        if run.state == runs.RUNNING:
            return run
        found = self.imports.result(run)
        if found.revision != user.revision:
            found = self.imports.look(user, run)
            self.imports.keep_result(run, found)
        skip = _skipped(run, found)
        kept = len(set(found.skip) - skip)
        return self.imports.save(
            replace(
                run,
                state=runs.RUNNING,
                expected=found.rows - len(skip),
                left_out=left_out_of(found, kept, len(skip) - len(found.skip) + kept),
            )
        )

    def _write(self, user: User, run: ImportRun) -> bool:
        """Whether the run was stopped by the person; otherwise it is done."""
        found, tally, since = self.imports.result(run), _Tally(), self.now()
        filer, teaches = RowFiler(self.imports.filing.for_rows(user), run.chosen), False
        for chunk in self._chunks(user, run, _skipped(run, found)):
            before = tally.count
            for draft in chunk:
                tally.add(draft)
            expenses = [self._expense(run, found, draft, filer) for draft in chunk]
            teaches = teaches or any(each.teaches for each in expenses)
            new = expenses[max(0, run.done - before) :]
            if not new:
                continue
            self.store.add_expenses(new)
            going_on = self._save_progress(replace(run, done=tally.count))
            if going_on is None:
                return True
            run, since = going_on, self._alive("import", run, since)
        if teaches:
            self.imports.filing.ask_to_learn_again(user.user_id)
        if self._save_progress(tally.finished(run)) is None:
            return True
        self.metrics.record(IMPORTS_DONE)
        return False

    def _chunks(self, user: User, run: ImportRun, skip: set[int]) -> Iterator[list[Draft]]:
        with self.imports.entries(user, run) as entries:
            drafts = (each for each in entries if isinstance(each, Draft) and each.line not in skip)
            while chunk := list(islice(drafts, CHUNK)):
                yield chunk

    def _expense(self, run: ImportRun, found: Check, draft: Draft, filer: RowFiler) -> Expense:
        filed = filer.file(draft, from_stranger=found.is_from_stranger(draft))
        return Expense(
            user_id=run.user_id,
            expense_id=run.expense_id(draft.line),
            spent_on=draft.spent_on,
            amount=draft.amount,
            currency=draft.currency,
            category=filed.category,
            filing=filed.filing,
            created_at=run.confirmed_at or run.created_at,
            money_in=draft.money_in,
            payee=draft.payee,
            description=draft.description,
            note=draft.note,
            tags=draft.tags,
            import_id=run.run_id,
        )

    def _save_progress(self, run: ImportRun) -> ImportRun | None:
        """Save a run at work. None if the person has stopped it; a second worker on the same run does no harm."""
        while True:
            try:
                return self.imports.save(run)
            except Changed:
                current = self.imports.find_run(run.user_id, run.run_id)
                if current is None or current.state not in (runs.RUNNING, runs.DONE):
                    return None
                run = replace(run, version=current.version)

    def _fail(self, run: ImportRun, sentence: str) -> None:
        current = self.imports.find_run(run.user_id, run.run_id)
        if current is not None and current.state in (runs.QUEUED, runs.RUNNING):
            self.imports.filing.ask_to_learn_again(run.user_id)  # what did come in stays
            self._save_progress(replace(current, state=runs.FAILED, error=sentence))
            self.metrics.record(IMPORTS_FAILED)

    def _take_back(self, run: ImportRun) -> None:
        at, since = run.moved_at or self.now(), self.now()
        cursor, found = "", False
        while True:
            all_shown = bool(cursor) or self._shows_all(run)
            page = self.store.list_expenses(run.user_id, Filters(import_id=run.run_id), cursor, CHUNK)
            if page.items:  # some stores give an empty page where the next ones have more
                self.store.remove_expenses(run.user_id, [expense.expense_id for expense in page.items], at)
                since, found = self._alive("revert", run, since), True
            cursor = page.cursor
            if not cursor and not found:
                if not all_shown:
                    raise _not_all_shown()
                break
            found = found and bool(
                cursor
            )  # at the end we look again: another worker may still have been writing
        self.imports.filing.ask_to_learn_again(run.user_id)
        self._settle(run, runs.REVERTING, lambda current: replace(current, state=runs.REVERTED))

    def _bring_back(self, run: ImportRun) -> None:
        """What went into the trash with the run, not what the person had deleted before."""
        taken, since = run.moved_at or datetime.min.replace(tzinfo=UTC), self.now()
        all_shown = self._shows_all(run)
        for page in self._pages(run, removed=True):
            ids = [each.expense_id for each in page if each.removed_at and each.removed_at >= taken]
            self.store.restore_expenses(run.user_id, ids)
            since = self._alive("revert", run, since)
        self.imports.filing.ask_to_learn_again(run.user_id)
        if run.done < run.expected:  # it was stopped on its way in: now it goes on
            state = runs.RUNNING if run.done else runs.QUEUED
            self._settle(run, runs.RESTORING, lambda current: replace(current, state=state))
            self.imports.jobs.submit("import", run.user_id, run.run_id)
            return
        if not all_shown:
            raise _not_all_shown()
        tally = _Tally()
        for page in self._pages(run, removed=False):
            for expense in page:
                tally.add(expense)
        self._settle(run, runs.RESTORING, tally.finished)

    def _shows_all(self, run: ImportRun) -> bool:
        return self.store.settled(run.user_id)

    def _pages(self, run: ImportRun, removed: bool) -> Iterator[list[Expense]]:
        filters, cursor = Filters(import_id=run.run_id, removed=removed, sort="oldest"), ""
        while True:
            page = self.store.list_expenses(run.user_id, filters, cursor, PAGE)
            yield page.items
            cursor = page.cursor
            if not cursor:
                return

    def _settle(self, run: ImportRun, state: str, change: Callable[[ImportRun], ImportRun]) -> None:
        """Save the end of a move, if the run is still in that state."""
        current = self.imports.find_run(run.user_id, run.run_id)
        if current is not None and current.state == state:
            with suppress(Changed):  # the other worker on it has saved the same
                self.imports.save(change(current))

    def _alive(self, task: str, run: ImportRun, since: datetime) -> datetime:
        """Say now and then that the job is being worked on. Returns when that was said last."""
        if self.now() - since < SIGN_OF_LIFE:
            return since
        self.imports.jobs.alive(task, run.user_id, run.run_id)
        return self.now()


def _not_all_shown() -> Unavailable:
    return Unavailable("Lists may not show everything yet. The rest is done in half a minute.", "store")


def _skipped(run: ImportRun, found: Check) -> set[int]:
    """Lines that do not come in: duplicates, but for what the person decided."""
    return (set(found.skip) - set(run.keep)) | set(run.leave)
