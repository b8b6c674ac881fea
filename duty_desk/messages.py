"""Words to a person on their next page: kept as Django keeps them, but looked for only where somebody reads or writes some."""

from functools import cached_property
from typing import Any

from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest


class MessagesWhenAsked(FallbackStorage):
    """Cookie first, then session. Most requests have nothing to say: the two are made when they are needed."""

    def __init__(self, request: HttpRequest) -> None:
        BaseStorage.__init__(self, request)
        self._used_storages: set[BaseStorage] = set()

    @cached_property
    def storages(self) -> list[Any]:
        """What FallbackStorage makes at each request."""
        return [each(self.request) for each in self.storage_classes]
