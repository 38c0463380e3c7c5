"""Each lead at its thresholds and one step beside them, and the ordinary families that must give none."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from graph.register.sweep import VERSION, HubKind, Leads, Parameters, Register, sweep

DAY = date(2026, 11, 22)
CLEANING, RETAIL, ACCOUNTING = 2 * VERSION + 812, 2 * VERSION + 477, 2 * VERSION + 692


@dataclass
class Rows:
    """A register under construction; ``add`` says an organisation's age and how long ago it failed, in days."""

    rows: list[tuple[int, ...]] = field(default_factory=list)

    def add(
        self, *, age: int, address: int = 0, stem: int = 0, industry: int = 0, failed: int = -1, ended: int = -1,
        removed: bool = False,
    ) -> int:  # fmt: skip
        def day(ago: int) -> int:
            return 0 if ago < 0 else (DAY - timedelta(days=ago)).toordinal()

        self.rows.append((len(self.rows) + 1, address, stem, day(age), day(ended), day(failed), industry, int(removed)))
        return len(self.rows) - 1

    def sweep(self, parameters: Parameters | None = None) -> Leads:
        columns = np.array(self.rows, dtype=np.int64).reshape(-1, 8).T
        return sweep(
            Register(
                columns[0], columns[1], columns[2],
                *(column.astype(np.int32) for column in columns[3:7]), columns[7].astype(bool),
            ),
            DAY,
            parameters,
        )  # fmt: skip


def test_nothing_in_an_empty_register() -> None:
    leads = Rows().sweep()
    assert (leads.organisations, leads.hubs, leads.clusters, leads.successors) == (0, (), (), ())


def crowd(rows: Rows, active: int, *, failed: int = 0, fresh: int = 0, industry: int = 0) -> None:
    for place in range(active):
        rows.add(age=100 if place < fresh else 3000, address=7, industry=industry if place == 0 else 0)
    for _ in range(failed):
        rows.add(age=3000, address=7, failed=400)


def test_an_address_hub_is_told_when_many_fail_or_many_are_new() -> None:
    for failed, fresh, told in ((6, 0, True), (5, 0, False), (0, 15, True), (0, 14, False)):
        rows = Rows()
        crowd(rows, 30, failed=failed, fresh=fresh)
        leads = rows.sweep()
        assert bool(leads.hubs) is told, (failed, fresh)
        if told:
            assert (leads.hubs[0].active, leads.hubs[0].bankrupt, leads.hubs[0].registered) == (30, failed, fresh)
        assert leads.ordinary_hubs == ({} if told else {"other": 1})


def test_twenty_nine_are_no_hub_and_an_accountants_address_is_named() -> None:
    rows = Rows()
    crowd(rows, 29, failed=20)
    assert rows.sweep().hubs == ()
    rows = Rows()
    crowd(rows, 40, industry=ACCOUNTING)
    assert rows.sweep().ordinary_hubs == {HubKind.ACCOUNTANT.value: 1}


def consumed(rows: Rows, size: int, failed: int, *, life: int = 600, industry: int = CLEANING, stem: int = 0) -> None:
    for place in range(size):
        if place < failed:
            rows.add(age=life + 300, failed=300, address=9, industry=industry, stem=stem)
        else:
            rows.add(age=life, address=9, industry=industry, stem=stem)


def test_a_cluster_of_short_lived_companies() -> None:
    for size, failed, life, told in (
        (5, 2, 600, True), (4, 3, 600, False), (5, 1, 600, False), (5, 2, 1000, False),
    ):  # fmt: skip
        rows = Rows()
        consumed(rows, size, failed, life=life)
        assert bool(rows.sweep().clusters) is told, (size, failed, life)


def test_a_cluster_is_held_together_by_industry_or_name_at_one_address() -> None:
    rows = Rows()
    consumed(rows, 3, 2, industry=CLEANING, stem=0)
    consumed(rows, 3, 2, industry=RETAIL, stem=0)
    assert rows.sweep().clusters == ()
    rows.add(age=500, address=9, industry=CLEANING, stem=5)
    rows.add(age=500, address=9, industry=RETAIL, stem=5)
    assert len(rows.sweep().clusters[0].members) == 8


def test_long_ended_companies_are_no_cluster() -> None:
    rows = Rows()
    for _ in range(6):
        rows.add(age=4000, ended=3500, failed=3600, address=9, industry=CLEANING)
    assert rows.sweep().clusters == ()


def successors(*, registered_after: int = 30, **changes: int) -> tuple[tuple[str, ...], ...]:
    rows = Rows()
    old = {"address": 3, "stem": 4, "industry": CLEANING}
    rows.add(age=3000, failed=300, **old)
    rows.add(age=300 - registered_after, **{**old, **changes})
    return tuple(each.links for each in rows.sweep().successors)


def test_a_successor_shares_two_things_inside_the_window() -> None:
    assert successors() == (("address", "name", "industry"),)
    assert successors(stem=99) == (("address", "industry"),)
    assert successors(address=0) == (("name", "industry"),)
    assert successors(address=0, industry=0) == ()
    assert successors(industry=RETAIL) == ()


def test_industries_of_different_versions_are_never_compared() -> None:
    assert successors(industry=CLEANING + VERSION) == (("address", "name"),)
    assert successors(industry=CLEANING + VERSION, stem=99) == ()


def test_the_window_around_the_bankruptcy() -> None:
    assert successors(registered_after=-300)
    assert not successors(registered_after=-400)
    assert successors(registered_after=180)
    assert not successors(registered_after=190)


def test_crowded_addresses_and_common_words_link_nobody() -> None:
    rows = Rows()
    rows.add(age=3000, failed=300, address=3, stem=4, industry=CLEANING)
    for _ in range(30):
        rows.add(age=280, address=3, stem=4, industry=CLEANING)
    leads = rows.sweep()
    assert leads.successors == ()
    assert leads.common_words == 1
    assert len(rows.sweep(Parameters(hub=31)).successors) == 30


def test_an_organisation_gone_from_the_file_is_not_active() -> None:
    rows = Rows()
    rows.add(age=3000, failed=300, address=3, industry=CLEANING)
    rows.add(age=280, address=3, industry=CLEANING, removed=True)
    assert rows.sweep().successors == ()
