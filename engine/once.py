"""How is what is asked of an object again and again worked out once?"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING or sys.version_info >= (3, 12):
    once = cached_property
else:

    class once(cached_property[T]):  # noqa: N801  used like the one it is
        """`functools.cached_property` as it is from Python 3.12 on.

        Before, whoever asks one object waits while another thread works out the same property of any other:
        of a large run that takes seconds.
        """

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            """Return the value, and keep it with the object, where it is found first from then on."""
            if instance is None:
                return self
            assert self.attrname is not None
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
