"""Questions to the database of which only the values change: Django writes their SQL once, and they are asked as written.

To write the SQL of a question costs Django three times as much as to ask it. What is asked here is what is asked in every
request of a program. ``Slot`` stands in a queryset for a value that comes later:

    KEY = Prepared(lambda: ApiKey.objects.filter(secret_digest=Slot("digest", CharField())))
    KEY.first(digest=...)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Slot(Expression):
    """The place of a value that is named when the question is asked; the field says how the database writes it."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]

    def bound(self, values: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared(Generic[M]):
    """A question for rows of a model, with what ``select_related`` and ``only`` say of them."""

    def __init__(self, write: Callable[[], QuerySet[M]]) -> None:
        self._write = write
        self._written: Written[M] | None = None

    def all(self, **values: Any) -> list[M]:
        """What is found with these values of the slots."""
        if self._written is None:
            self._written = Written(self._write())
        return self._written.all(values)

    def first(self, **values: Any) -> M | None:
        """The first that is found, None where nothing is."""
        return next(iter(self.all(**values)), None)


class Written(Generic[M]):
    """The SQL of a queryset, and how rows become objects: as Django's own ``ModelIterable`` makes them."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self._sql, self._places = compiler.as_sql()
        columns = compiler.klass_info["select_fields"]
        self._start, self._end = columns[0], columns[-1] + 1
        self._model = compiler.klass_info["model"]
        self._names = [one[0].target.attname for one in compiler.select[self._start : self._end]]
        self._related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)
        self._convert = compiler.apply_converters
        self._converters = compiler.get_converters([one[0] for one in compiler.select])

    def all(self, values: dict[str, Any]) -> list[M]:
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [one.bound(values) if isinstance(one, Slot) else one for one in self._places])
            rows = cursor.fetchall()
        return [self._object(row) for row in self._convert(rows, self._converters)]

    def _object(self, row: Sequence[Any]) -> M:
        made: M = self._model.from_db(connection.alias, self._names, row[self._start : self._end])
        for one in self._related:
            one.populate(row, made)
        return made
