"""How much of a form's files is taken in: what is too large or too many is let pass by, the rest of the form arrives (A17)."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class Bounded(FileUploadHandler):
    """Leaves out files that are too large, and those beyond a number; the request says which (`too_large`, `left_out`).

    Nothing else of the form is lost, however large it is.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.taken = 0
        if request is not None:
            request.too_large, request.left_out = [], 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Counts the files that come."""
        super().new_file(*args, **kwargs)
        self.taken += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hands on what still fits. Only here a file can be passed by: earlier, the parser would close the one before it."""
        if self.taken > settings.FILES_MOST_AT_ONCE:
            self.request.left_out += 1
            raise SkipFile
        if start + len(raw_data) > settings.FILE_MOST_BYTES:
            self.request.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""
