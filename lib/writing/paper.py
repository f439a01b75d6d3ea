"""The paper that people print on."""

A4, LETTER = (595, 842), (612, 792)  # width and height in points
# Where letters are written on Letter (CLDR); everywhere else it is A4.
_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])


def paper_size(locale: str) -> tuple[int, int]:
    return LETTER if locale.split("_")[-1] in _LETTER else A4
