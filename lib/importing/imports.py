"""Bringing a bank's file in, step by step: file, columns, check, done. Nothing is stored before the person says so."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from lib.errors import Changed, Invalid, NotFound
from lib.expenses import known_category
from lib.ids import id_for
from lib.importing import runs
from lib.importing.checking import Check, check_entries
from lib.importing.columns import Columns
from lib.importing.drafts import Draft, Left, RowReader
from lib.importing.duplicates import LEFT_OUT, PERHAPS, Window
from lib.importing.encodings import OFFERED
from lib.importing.reading import read_file, recognise, reread, signature
from lib.importing.runs import ImportRun
from lib.importing.survey import SLACK
from lib.importing.table import SEPARATORS, Layout, Row, Table
from lib.jobs import Jobs
from lib.periods import today_in
from lib.ports import Files, Store
from lib.records import Document, Expense, Filters, User

if TYPE_CHECKING:
    from lib.filing.categorizer import ExpenseCategorizer

NOTHING: Mapping[str, str] = MappingProxyType({})
FORMAT_KIND = "import-format"  # what was chosen for files with the same columns
KEPT_FOR = timedelta(days=30)  # files, and runs that nobody confirmed
MAX_WAITING = 20  # runs that nobody confirmed
PAGE = 1_000  # expenses in one answer, when rows are compared with them
PREVIEW = 10


class Preview(NamedTuple):
    """The beginning of a file, for choosing what its columns hold."""

    header: tuple[str, ...]
    rows: list[Row]


class Imports:
    def __init__(
        self,
        store: Store,
        files: Files,
        jobs: Jobs,
        now: Callable[[], datetime],
        filing: "ExpenseCategorizer",
    ) -> None:
        self.store, self.files, self.jobs, self.now, self.filing = store, files, jobs, now, filing

    def start(self, user: User, file_name: str, file: BinaryIO, key: str) -> ImportRun:
        """Take a file in and guess what it holds; `key` makes a repeated request start one run.

        Raises:
            Invalid: At the field "file", with a sentence that says what the file is, if it is no list of payments.
            TooLarge: For more bytes, rows or columns than an import may have.
        """
        run_id = id_for(user.user_id, key)
        if existing := self.find_run(user.user_id, run_id):
            return existing
        if sum(run.is_waiting for run in self.list_runs(user)) >= MAX_WAITING:
            raise Invalid(
                f"{MAX_WAITING} files are waiting already. Finish or forget one of them first.", "file"
            )
        layout, today = recognise(file), today_in(user.time_zone, self.now())
        reading = read_file(file, layout, user, today, lambda header: self._known(user, header))
        run = ImportRun(
            user_id=user.user_id,
            run_id=run_id,
            file_name=_shown_name(file_name),
            created_at=self.now(),
            state=runs.COLUMNS,
            reading=reading,
            expires_at=self.now() + KEPT_FOR,
        )
        file.seek(0)
        self.files.put(file_key(run), file)
        try:
            return self.save(run)
        except Changed:  # the same form, sent twice at once
            return self.get_run(user, run_id)

    def get_run(self, user: User, run_id: str) -> ImportRun:
        """Raises NotFound."""
        run = self.find_run(user.user_id, run_id)
        if run is None:
            raise NotFound("This import is not there any more.")
        return run

    def find_run(self, user_id: str, run_id: str) -> ImportRun | None:
        """None also where the run has expired."""
        found = self.store.get_document(user_id, runs.KIND, run_id)
        return ImportRun.from_document(found) if found else None

    def list_runs(self, user: User) -> list[ImportRun]:
        """All runs, the latest first."""
        documents = self.store.list_documents(user.user_id, runs.KIND)
        return sorted(map(ImportRun.from_document, documents), key=lambda run: run.created_at, reverse=True)

    def preview(self, run: ImportRun) -> Preview:
        with self.table(run) as table:
            return Preview(run.reading.header, list(table.rows(PREVIEW)))

    def set_layout(self, user: User, run_id: str, layout: Layout, version: int) -> ImportRun:
        """Read the file in another way, and guess its columns anew."""
        run = self._open(user, run_id, version)
        if layout.encoding not in OFFERED or layout.separator not in SEPARATORS or layout.starts_at < 1:
            raise Invalid("Choose from what is offered.")
        today = today_in(user.time_zone, self.now())
        with closing(self.files.open(file_key(run))) as file:
            reading = read_file(file, layout, user, today)
        return self.save(replace(run, reading=reading, state=runs.COLUMNS))

    def set_columns(self, user: User, run_id: str, columns: Columns, version: int) -> ImportRun:
        """Take what the person chose for the columns. Raises Invalid for what is not offered."""
        run = self._open(user, run_id, version)
        columns.check()
        today = today_in(user.time_zone, self.now())
        with closing(self.files.open(file_key(run))) as file:
            reading = reread(file, run.reading, columns, user, today)
        return self.save(replace(run, reading=reading, state=runs.COLUMNS))

    def check(self, user: User, run_id: str) -> ImportRun:
        """Look at every row, and keep the result for `result`. Raises Invalid while a column is missing."""
        run = self._open(user, run_id)
        if missing := run.reading.columns.missing():
            raise Invalid(" ".join(missing))
        found = self.look(user, run)
        self.keep_result(run, found)
        return self.save(
            replace(
                run, state=runs.CHECK, expected=found.ready, left_out=left_out_of(found), keep=(), leave=()
            )
        )

    def look(self, user: User, run: ImportRun) -> Check:
        """What would happen now. Rows are compared with expenses that other runs, or the person, brought."""
        current = self.store.get_user(user.user_id)
        window = Window(self._expenses_besides(run), moves=run.reading.sorted, slack=SLACK)
        with self.entries(user, run) as entries:
            found = check_entries(entries, window, self.filing.for_rows(user))
        found.revision = current.revision if current else 0
        return found

    def result(self, run: ImportRun) -> Check:
        """What the last check found. Raises NotFound where there was none."""
        with closing(self.files.open(check_key(run))) as file:
            return Check.from_json(json.load(file))

    def keep_result(self, run: ImportRun, found: Check) -> None:
        self.files.put(check_key(run), BytesIO(json.dumps(found.to_json()).encode()))

    def confirm(
        self,
        user: User,
        run_id: str,
        keep: Iterable[int],
        leave: Iterable[int],
        version: int,
        chosen: Mapping[str, str] = NOTHING,
    ) -> ImportRun:
        """Let the file come in, as soon as the worker gets to it.

        Args:
            keep: Lines that come in though they look like duplicates.
            leave: Lines that stay out though they only perhaps are.
            chosen: Categories by the key of a group, where the person wants another than the planner's, or confirms that one.

        Raises:
            Invalid: At "category" for one that is none of theirs.
            Changed: If there are other duplicates by now than those the person saw; the result has been renewed.
        """
        run = self._open(user, run_id, version)
        if run.state != runs.CHECK:
            raise Changed
        found = self._still_true(user, run)
        kept, left = sorted(set(keep) & set(found.skip)), sorted(set(leave) & set(found.perhaps))
        expected = found.ready + len(kept) - len(left)
        if not expected:
            raise Invalid("There is nothing to bring in: every row is left out.")
        shown = {group.key for group in found.groups}
        choices = {key: known_category(user, name) for key, name in chosen.items() if key in shown}
        run = self.save(
            replace(
                run,
                state=runs.QUEUED,
                keep=tuple(kept),
                leave=tuple(left),
                chosen=choices,
                expected=expected,
                left_out=left_out_of(found, len(kept), len(left)),
                confirmed_at=self.now(),
                expires_at=None,
            )
        )
        self._remember(run)
        self.see_to(run)
        return run

    def see_to(self, run: ImportRun) -> None:
        """Have a run worked on that should be, also one whose job was lost or given up."""
        if run.is_at_work:
            task = "import" if run.state in (runs.QUEUED, runs.RUNNING) else "revert"
            self.jobs.submit(task, run.user_id, run.run_id)

    def revert(self, user: User, run_id: str) -> ImportRun:
        """Take back everything the run brought, into the trash. A run at work stops."""
        run = self.get_run(user, run_id)
        if run.state in (runs.REVERTING, runs.REVERTED):
            self.see_to(run)
            return run
        if run.is_waiting or run.state == runs.RESTORING:
            raise Invalid("This import has brought nothing yet that could be taken back.")
        return self._move(run, runs.REVERTING)

    def restore(self, user: User, run_id: str) -> ImportRun:
        """Bring back what `revert` took."""
        run = self.get_run(user, run_id)
        if run.state in (runs.RESTORING, runs.DONE):
            self.see_to(run)
            return run
        if run.state != runs.REVERTED:
            raise Invalid("This import has not been taken back.")
        return self._move(run, runs.RESTORING)

    def forget(self, user: User, run_id: str) -> None:
        """Remove a run that was not confirmed, and its file."""
        run = self.get_run(user, run_id)
        if not run.is_waiting:
            raise Invalid("This file has come in already. Take the import back instead.")
        self.store.remove_document(run.user_id, runs.KIND, run.run_id)
        for key in (file_key(run), check_key(run)):
            self.files.remove(key)

    @contextmanager
    def entries(self, user: User, run: ImportRun) -> Iterator[Iterator[Draft | Left]]:
        """What the file says, row by row: all that checking and writing know of it, whatever its format."""
        reader = RowReader(run.reading.columns, run.reading.width, user.categories)
        with self.table(run) as table:
            yield map(reader.read, table.rows())

    @contextmanager
    def table(self, run: ImportRun) -> Iterator[Table]:
        with closing(self.files.open(file_key(run))) as file:
            yield Table(file, run.reading.layout)

    def save(self, run: ImportRun) -> ImportRun:
        return replace(run, version=self.store.put_document(run.document()).version)

    def _open(self, user: User, run_id: str, version: int | None = None) -> ImportRun:
        """A run that still waits for the person, as they saw it."""
        run = self.get_run(user, run_id)
        if not run.is_waiting or version not in (None, run.version):
            raise Changed
        return run

    def _still_true(self, user: User, run: ImportRun) -> Check:
        """The result the person saw, if what it was compared with has not changed since in a way that matters."""
        seen, current = self.result(run), self.store.get_user(user.user_id)
        if current is not None and current.revision == seen.revision:
            return seen
        found = self.look(user, run)
        self.keep_result(run, found)
        if (found.skip, found.perhaps) != (seen.skip, seen.perhaps):
            self.save(replace(run, expected=found.ready, left_out=left_out_of(found)))
            raise Changed(
                "Your expenses have changed since you looked, and with them the duplicates. Look again."
            )
        return found

    def _expenses_besides(self, run: ImportRun) -> Callable[[date, date], Iterator[Expense]]:
        def read(since: date, until: date) -> Iterator[Expense]:
            filters, cursor = Filters(since=since, until=until), ""
            while True:
                page = self.store.list_expenses(run.user_id, filters, cursor, PAGE)
                yield from (expense for expense in page.items if expense.import_id != run.run_id)
                cursor = page.cursor
                if not cursor:
                    return

        return read

    def _move(self, run: ImportRun, state: str) -> ImportRun:
        moved_at = self.now() if state == runs.REVERTING else run.moved_at
        for _ in range(5):  # a run at work is saved after each chunk
            try:
                run = self.save(replace(run, state=state, moved_at=moved_at, error=""))
                break
            except Changed:
                found = self.find_run(run.user_id, run.run_id)
                if found is None:
                    raise
                run = found
        else:
            raise Changed
        self.see_to(run)
        return run

    def _known(self, user: User, header: tuple[str, ...]) -> Columns | None:
        found = self.store.get_document(user.user_id, FORMAT_KIND, signature(header, len(header)))
        return Columns.from_json(found.data["columns"]) if found else None

    def _remember(self, run: ImportRun) -> None:
        """The next file of the same bank is mapped at once."""
        name = signature(run.reading.header, run.reading.width)
        found = self.store.get_document(run.user_id, FORMAT_KIND, name)
        data: dict[str, Any] = {"columns": run.reading.columns.to_json()}
        if found is None or found.data != data:
            version = found.version if found else 0
            try:
                self.store.put_document(Document(run.user_id, FORMAT_KIND, name, data, version=version))
            except Changed:
                return  # another import of theirs remembered the same just now


def file_key(run: ImportRun) -> str:
    return f"imports/{run.user_id}/{run.run_id}.csv"


def check_key(run: ImportRun) -> str:
    return f"imports/{run.user_id}/{run.run_id}.json"


def left_out_of(found: Check, kept: int = 0, left: int = 0) -> dict[str, int]:
    """How many rows do not come in, by why."""
    duplicates = sum(found.counts[verdict] for verdict in LEFT_OUT) - kept + left
    kinds = {
        kind: count for kind, count in found.counts.items() if kind not in (*LEFT_OUT, PERHAPS, "remark")
    }
    return {"duplicate": duplicates, **kinds}


def _shown_name(name: str) -> str:
    """A file's own name without folders and without what cannot be shown."""
    return re.sub(r"[^\w .,()+&@#=~\-]", "", re.split(r"[/\\]", name)[-1]).strip()[:100] or "file.csv"
