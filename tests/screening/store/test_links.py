"""The database and the arrays give the same neighbourhoods."""

import numpy as np

from graph.register.links import Links
from screening.store.database import Database
from screening.store.links import load_links, within_two


def test_two_steps_are_the_same_as_with_arrays(database: Database) -> None:
    random = np.random.default_rng(4)
    source, target = random.integers(0, 200, 300), random.integers(0, 200, 300)
    nodes = np.arange(0, 200, 7)
    place, found = Links.of(200, source, target).within_two(nodes)
    with database.copy_connection() as connection:
        load_links(connection, source, target)
        answer = within_two(connection, nodes.tolist())
    assert answer == list(zip(nodes[place].tolist(), found.tolist(), strict=True))
    assert answer


def test_no_links_and_no_questions(database: Database) -> None:
    empty = np.array([], dtype=np.int64)
    with database.copy_connection() as connection:
        load_links(connection, empty, empty)
        assert within_two(connection, [1, 2]) == []
        assert within_two(connection, []) == []
