"""The durable workflows (DBOS): a batch chunk by chunk, mail, webhooks, rules, lists. ``sweeping`` launches and feeds them.

Each step may be done again after a crash; it finds in our own tables what is left to do (as ``issuance.chunks``).
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Collection
from functools import wraps
from typing import ParamSpec, TypeVar

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, error
from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from credenza.errors import CredenzaError
from credenza.service.api.webhooks import sending
from credenza.service.issuance import chunks, mailing
from credenza.service.issuance.models import Batch
from credenza.service.recognition import reconsidering
from credenza.service.verification import trusted_lists

P = ParamSpec("P")
R = TypeVar("R")

BATCHES, CHUNKS, MAIL, WEBHOOKS, RULES, LISTS = "batches", "chunks", "mail", "webhooks", "rules", "lists"
AT_ONCE = 100
_VERSION = "1"  # raised when the steps of a workflow change: what an older version began is then begun anew
_DONE = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS"})
_POLL, _SELDOM = 0.2, 1.0
_log = logging.getLogger(__name__)
_dbos: DBOS
_asked: dict[str, str] = {}


def launch(system_database: str, executor: str) -> None:
    """Start DBOS in this process; workflows that this executor left are taken up again."""
    global _dbos
    logging.getLogger("dbos").setLevel(logging.WARNING)
    _asked.clear()
    _dbos = DBOS(
        config={
            "name": "credenza",
            "system_database_url": system_database,
            "executor_id": executor,
            "application_version": _VERSION,
            "log_level": "WARNING",
        }
    )
    DBOS.launch()
    DBOS.register_queue(BATCHES, worker_concurrency=4, polling_interval_sec=_POLL)
    DBOS.register_queue(CHUNKS, worker_concurrency=2, polling_interval_sec=_POLL)  # one waits while the other is done
    for queue in (MAIL, WEBHOOKS, RULES, LISTS):
        DBOS.register_queue(queue, worker_concurrency=1, polling_interval_sec=_SELDOM)


def shut_down() -> None:
    """Stop DBOS in this process."""
    DBOS.destroy(workflow_completion_timeout_sec=0)


def begun_by() -> set[str]:
    """The processes that have begun workflows which are not ended."""
    begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return {one.executor_id for one in begun if one.executor_id}


def take_over(executors: Collection[str]) -> None:
    """Let the workflows of dead processes be done by the living."""
    DBOS._recover_pending_workflows(sorted(executors))


def lost_by(executor: str) -> set[str]:
    """What this process has begun, is not doing and has not ended.

    DBOS lets go of a workflow, for good, when a write of its own fails in a way that it does not know to be passing:
    the socket of a database that starts anew, the host name of a container that does.
    """
    begun = DBOS.list_workflows(status="PENDING", executor_id=executor, load_input=False, load_output=False)
    return {one.workflow_id for one in begun}.difference(_dbos._active_workflows_set.activeList())


def resume(names: Collection[str]) -> None:
    """Put workflows back into the queue; those that have ended stay as they are."""
    for name in names:
        DBOS.resume_workflow(name)


def enqueue_batch(batch_id: str, run: int) -> bool:
    """Enqueue a batch, once for each run; False where this run has ended without the batch being finished."""
    name = f"batch-{batch_id}-{run}"
    status = DBOS.get_workflow_status(name)
    if status is not None:
        return status.status not in _DONE
    with SetWorkflowID(name):
        DBOS.enqueue_workflow(BATCHES, issue_batch, batch_id, run)
    return True


def enqueue_mail(executor: str) -> None:
    """Enqueue the sending of what waits, unless this process asked for it already."""
    _enqueue_once(MAIL, send_mail, executor)


def enqueue_webhooks(executor: str) -> None:
    """Enqueue the telling of what waits to be told, unless this process asked for it already."""
    _enqueue_once(WEBHOOKS, send_webhooks, executor)


def enqueue_rules(executor: str) -> None:
    """Enqueue the cases that wait to be put to the rules again, unless this process asked for it already."""
    _enqueue_once(RULES, reconsider_cases, executor)


def enqueue_trusted_lists(executor: str) -> None:
    """Enqueue the reading of the EU's trusted lists, unless this process asked for it already."""
    _enqueue_once(LISTS, read_trusted_lists, executor)


def _enqueue_once(queue: str, workflow: Callable[[], None], executor: str) -> None:
    """One at a time; whether the last has ended is asked first, because a second one would be an error in the database's log."""
    last = DBOS.get_workflow_status(_asked[queue]) if queue in _asked else None
    if last is not None and last.status not in _DONE:
        return
    try:
        with SetEnqueueOptions(deduplication_id=f"{queue}-{executor}"):
            _asked[queue] = DBOS.enqueue_workflow(queue, workflow).workflow_id
    except error.DBOSQueueDeduplicatedError:  # left by this executor before it was started anew
        return


@DBOS.workflow(name="issue-batch")
def issue_batch(batch_id: str, run: int) -> None:
    """All chunks of a batch, by whichever process is free, until none is left."""
    handles = []
    for first, last in spans_left(batch_id):
        with SetWorkflowID(f"chunk-{batch_id}-{run}-{first}"):
            handles.append(DBOS.enqueue_workflow(CHUNKS, issue_chunk, batch_id, first, last))
    problems = [handle.get_result(polling_interval_sec=_POLL) for handle in handles]
    close(batch_id, next((one for one in problems if one), ""))


@DBOS.workflow(name="issue-chunk")
def issue_chunk(batch_id: str, first: int, last: int) -> str:
    """One chunk; the problem that stopped it, or nothing."""
    try:
        return issue_rows(batch_id, first, last)
    except error.DBOSMaxStepRetriesExceeded:
        return "The database could not be reached."
    except error.DBOSException:  # DBOS's own: another process has taken this workflow over
        raise
    except Exception as unexpected:  # noqa: BLE001 - whatever it is, people are told that the batch has stopped
        _log.exception("A chunk of batch %s failed", batch_id)
        return f"Something unexpected went wrong ({type(unexpected).__name__})."


@DBOS.workflow(name="send-mail")
def send_mail() -> None:
    """Send what waits."""
    while send_some() == AT_ONCE:
        pass


@DBOS.workflow(name="send-webhooks")
def send_webhooks() -> None:
    """Tell what waits to be told."""
    while tell_some():
        pass


@DBOS.workflow(name="reconsider-cases")
def reconsider_cases() -> None:
    """Put the rules to the open cases that wait for it."""
    while put_rules() == AT_ONCE:
        pass


@DBOS.workflow(name="read-trusted-lists")
def read_trusted_lists() -> None:
    """Read the EU's trusted lists anew."""
    renew_lists()


def _passing(problem: BaseException) -> bool:
    """Whether it may go better in a moment: the database or the mail server is away."""
    return isinstance(problem, DatabaseError | InterfaceError | OSError | smtplib.SMTPException)


def _step(function: Callable[P, R]) -> Callable[P, R]:
    """A step that is tried again for about two minutes, each time with a fresh connection to the database."""

    @wraps(function)
    def fresh(*args: P.args, **kwargs: P.kwargs) -> R:
        connections.close_all()
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    decorate = DBOS.step(
        retries_allowed=True, interval_seconds=0.5, backoff_rate=1.5, max_attempts=13, should_retry=_passing
    )
    return decorate(fresh)


@_step
def spans_left(batch_id: str) -> list[tuple[int, int]]:
    return chunks.spans(Batch.objects.get(pk=batch_id))


@_step
def issue_rows(batch_id: str, first: int, last: int) -> str:
    batch = Batch.objects.select_related("version__definition__organisation").get(pk=batch_id)
    try:
        chunks.issue(batch, first, last)
    except CredenzaError as refused:
        return refused.message
    return ""


@_step
def close(batch_id: str, problem: str) -> None:
    batch = Batch.objects.select_related("organisation").get(pk=batch_id)
    if problem:
        chunks.stop(batch, problem)
    else:
        chunks.finish(batch)


@_step
def send_some() -> int:
    return mailing.send_waiting(AT_ONCE)


@_step
def tell_some() -> int:
    return sending.send_waiting()


@_step
def put_rules() -> int:
    return reconsidering.run(AT_ONCE)


@_step
def renew_lists() -> None:
    trusted_lists.renew(timezone.now())
