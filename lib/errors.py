"""What can go wrong, in words for the person it happens to.

Every error carries a sentence that can be shown as it is, and an HTTP status. Adapters translate their vendor's errors
into these by code and let everything else through.
"""


class PlannerError(Exception):
    """Something went wrong on our side. What you saved before is safe."""

    status = 500
    title = "Something went wrong"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").split("\n")[0])

    @property
    def message(self) -> str:
        return str(self.args[0])


class Invalid(PlannerError):
    """That cannot be used as it is."""

    status = 400
    title = "That needs a change"

    def __init__(self, message: str = "", field: str = "") -> None:
        super().__init__(message)
        self.field = field


class InvalidFields(Invalid):
    """Several things need a change: `errors` has them all, the first of them speaks for it elsewhere."""

    def __init__(self, errors: "list[Invalid]") -> None:
        super().__init__(errors[0].message, errors[0].field)
        self.errors = errors


class NotSignedIn(PlannerError):
    """Please sign in first."""

    status = 401
    title = "Please sign in"


class NotAllowed(PlannerError):
    """That is not open to you here."""

    status = 403
    title = "Not allowed"


class NotFound(PlannerError):
    """There is nothing here under that address, or it is not yours."""

    status = 404
    title = "Not found"


class Changed(PlannerError):
    """Someone changed this in the meantime, perhaps you in another window. Look at it again, then save."""

    status = 409
    title = "Changed in the meantime"


class Taken(PlannerError):
    """That is already in use."""

    status = 409
    title = "Already in use"

    def __init__(self, message: str = "", field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Gone(PlannerError):
    """This was here, and has ended."""

    status = 410
    title = "This has ended"


class TooLarge(PlannerError):
    """That is more than fits here."""

    status = 413
    title = "Too large"


class TooMany(PlannerError):
    """That was tried too often. Wait a little, then try again."""

    status = 429
    title = "Too many tries"

    def __init__(self, message: str = "", retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds


class Unavailable(PlannerError):
    """A part of the planner does not answer right now. Nothing was saved; try again in a moment."""

    status = 503
    title = "Not available right now"

    def __init__(self, message: str = "", part: str = "") -> None:
        super().__init__(message)
        self.part = part  # the port that failed: "store", "files", "queue", "messenger", "functions"


class NotSetUp(Unavailable):
    """A part of the planner is there, and empty: it has to be set up first."""


class Uncertain(Unavailable):
    """It was handed over, and nobody said what became of it: sent again, it may come twice."""


class Crashed(Unavailable):
    """It was begun and broke off, or took too long. Nobody begins it again by itself."""
