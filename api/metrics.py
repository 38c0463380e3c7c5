"""What ``/metrics`` shows: work, sources and verdicts in numbers. Never a name, number or case."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """This process's counters, and gauges read from the database when asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.cases_opened = Counter(
            "genomlys_cases_opened", "Cases opened through this process", registry=self.registry
        )
        self.screenings_started = Counter(
            "genomlys_screenings_started", "Screenings started through this process", registry=self.registry
        )
        self.tasks = Gauge("genomlys_tasks", "Tasks by state", ["state"], registry=self.registry)
        self.queue = Gauge("genomlys_queue_length", "Jobs waiting in each queue", ["queue"], registry=self.registry)
        self.source_age = Gauge(
            "genomlys_source_age_seconds", "Time since a held source's own date", ["source"], registry=self.registry
        )
        self.source_stale = Gauge(
            "genomlys_source_stale", "1 when a held source is older than it may be", ["source"], registry=self.registry
        )

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
