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
        self._written: tuple[Any, str, Sequence[Any]] | None = None

    def all(self, **values: Any) -> list[M]:
        """What is found with these values of the slots."""
        compiler, sql, places = self._written or self._prepare()
        with connection.cursor() as cursor:
            cursor.execute(sql, [one.bound(values) if isinstance(one, Slot) else one for one in places])
            rows = cursor.fetchall()
        return self._objects(compiler, rows) if rows else []

    def first(self, **values: Any) -> M | None:
        """The first that is found, None where nothing is."""
        return next(iter(self.all(**values)), None)

    def _prepare(self) -> tuple[Any, str, Sequence[Any]]:
        compiler = self._write().query.get_compiler(connection=connection)
        sql, places = compiler.as_sql()
        self._written = compiler, sql, places
        return self._written

    def _objects(self, compiler: Any, rows: list[Any]) -> list[M]:
        """As Django's own ``ModelIterable`` makes them."""
        about = compiler.klass_info
        columns = about["select_fields"]
        start, end = columns[0], columns[-1] + 1
        names = [compiler.select[place][0].target.attname for place in range(start, end)]
        related = get_related_populators(about, compiler.select, connection.alias)
        found = []
        for row in compiler.results_iter([rows]):
            made = about["model"].from_db(connection.alias, names, row[start:end])
            for one in related:
                one.populate(row, made)
            found.append(made)
        return found
