"""The ordinary families that weak checks mistake for patterns: of none of them may more than a note be said.

Fifteen kinds, each with members that differ. What a family shares is shared in full: the address, the board, the
surname, the missing data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connectors.sandbox.dossier_patterns import owned_by
from connectors.sandbox.instances import Planting
from connectors.sandbox.model import Address, Name, Officer, Organisation, Person, Proceeding

TRADES = ("81210", "41000", "56110", "43341", "43210", "62201")


def plant_families(planting: Planting, each: int) -> None:
    """``each`` groups of every family."""
    for turn in range(each):
        for family in FAMILIES:
            family(planting, turn)


def franchise_chain(planting: Planting, turn: int) -> None:
    """Two restaurants of a chain at one address, bidding in the same procurement; each with owner and board."""
    b = planting.builder
    place = b.address()
    shops = [b.add(b.company(f"Grillen{turn} {town} AB", "56110", address=place)) for town in ("Granby", "Sjöholma")]
    planting.family("franchisekedja på samma adress", *shops)


def accountants_clients(planting: Planting, turn: int) -> None:
    """A client whose post goes through an accounting firm with dozens of clients, few of them new."""
    b = planting.builder
    place = replace(b.address(), care_of=("Granby Bokföringstjänst AB", "Advokatfirman Vide KB")[turn % 2])
    b.add(b.company(f"Räknestickan{turn} AB", "69201", years=20, address=replace(place, care_of="")))
    clients = []
    for number in range(31):
        client = b.company(f"Klientbolaget{turn}x{number} AB", TRADES[number % 6], years=3 + number / 4, address=place)
        clients.append(b.add(replace(client, visiting=None)))
    planting.family("c/o redovisningsbyrå eller advokat", clients[turn])
    planting.family("c/o redovisningsbyrå eller advokat", clients[turn + 6], clients[turn + 12])


def group_with_one_board(planting: Planting, turn: int) -> None:
    """Group companies with one board at one address, in different lots; the parent's file says so."""
    b = planting.builder
    board = (b.person(), b.person(), b.person())
    place = b.address()
    parent = b.add(b.company(f"Gruppbolaget{turn} Holding AB", "64212", employer=False, officers=b.board(*board)))
    daughters = [
        b.add(b.company(f"Gruppbolaget{turn} {part} AB", sni, address=place, officers=b.board(*board)))
        for part, sni in (("Bygg", "41000"), ("Mark", "43120"), ("El", "43210"))
    ]
    for daughter in daughters:
        owned_by(b, daughter, [(parent, daughter, 100), (board[0], parent, 100)])
    planting.family("koncernbolag med samma styrelse", *daughters, lots=("1", "2", "3"), others=(parent,))


def business_hotel(planting: Planting, turn: int) -> None:
    """Two tenants of a business hotel with forty companies that stay, in the same procurement."""
    b = planting.builder
    place = b.address()
    guests = [
        b.add(b.company(f"Våningen{turn}x{guest} AB", TRADES[guest % 6], days=200 + 100 * guest, address=place))
        for guest in range(40)
    ]
    planting.family("företagshotell", guests[turn + 8], guests[turn + 20])


def family_firm(planting: Planting, turn: int) -> None:
    """A family on the board, and another family with the same surname in another bidder."""
    b = planting.builder
    name = ("Sävlund", "Ljungvall", "Porsgård")[turn % 3]

    def firm(word: str) -> Organisation:
        family = [b.person(given, name) for given in ("Bo", "Ann", "Ida")]
        made = b.add(b.company(f"{name}s{turn} {word} AB", "43341", officers=b.board(*family[:2], deputy=family[2])))
        owned_by(b, made, [(family[0], made, 60), (family[1], made, 40)])
        return made

    planting.family("familjeföretag med samma efternamn", firm("Måleri"), firm("Tapet"))


def generational_shift(planting: Planting, turn: int) -> None:
    """The children take over: a parent stays on the board, as a deputy, or leaves altogether."""
    b = planting.builder
    name = ("Näckrosdahl", "Timjanek", "Videsten")[turn % 3]
    father, mother = b.person("Arne", name), b.person("Gun", name)
    daughter, son = b.person("Klara", name), b.person("Olof", name)
    before = b.company(f"{name}s{turn} Snickeri AB", "43320", years=30, officers=b.board(father, mother))
    board = (
        b.board(daughter, mother),
        b.board(daughter, son, deputy=father),
        b.board(daughter, son),
    )[turn % 3]
    planting.family("generationsskifte", b.add(replace(before, officers=board), before))


def newly_moved(planting: Planting, turn: int) -> None:
    """Moved within the last weeks; some of them to where a company went bankrupt, in another trade."""
    b = planting.builder
    place = b.address()
    before = b.company(f"Flyttlasset{turn} AB", TRADES[turn % 6])
    gone = b.company(f"Skoaffären{turn} AB", "47721", address=place, proceedings=(Proceeding("KK", b.days_ago(120)),))
    others = (b.add(replace(gone, activity="9", f_tax=False, vat=False, employer=False)),) if turn % 2 else ()
    planting.family("nyligen flyttat", b.add(replace(before, postal=place, visiting=place), before), others=others)


def foreign_branch(planting: Planting, turn: int) -> None:
    """A foreign company's branch: a managing director abroad, no board, no ownership file."""
    b = planting.builder
    director = Person("19730514", "Jürgen", f"Moosbach{'abcdef'[turn % 6]}", "GRANBY")
    officers = (Officer(("verkställande direktör",), director),)
    name = f"Nordwerk{turn} Reinigung GmbH Filial"
    planting.family("utländsk filial", b.add(b.company(name, "43210", form="FL", land="DE", officers=officers)))


def seasonal(planting: Planting, turn: int) -> None:
    """A summer business: the registers show it as active, and show no turnover."""
    b = planting.builder
    planting.family("säsongsverksamhet", b.add(b.company(f"Badstrandens{turn} Kiosk AB", "56110")))


def holding(planting: Planting, turn: int) -> None:
    """A holding company without staff, owned by its whole board."""
    b = planting.builder
    owner = b.person()
    made = b.add(b.company(f"Förvaltaren{turn} Holding AB", "64212", employer=False, officers=b.board(owner)))
    owned_by(b, made, [(owner, made, 100)])
    planting.family("holdingbolag utan personal", made)


def association(planting: Planting, turn: int) -> None:
    """A non-profit association: no beneficial owner, no annual report, no VAT; the whole board changes at a meeting."""
    b = planting.builder
    club = b.company(
        f"Granby{turn} Bollklubb", "93120", years=40, form="I", vat=False, employer=turn % 2 == 0,
        officers=b.board(b.person(), b.person(), b.person(), audited=False),
    )  # fmt: skip
    later = replace(club, officers=b.board(b.person(), b.person(), b.person(), audited=False))
    planting.family("ideell förening", b.add(later if turn % 3 == 0 else club, club))


def small_town_clubs(planting: Planting, turn: int) -> None:
    """One chair of several clubs in a small town."""
    b = planting.builder
    chair = b.person()
    clubs = [
        b.add(b.company(f"Granby{turn} {kind}", "93120", years=30, form="I", vat=False,
                        officers=b.board(chair, b.person(), audited=False)))
        for kind in ("Byalag", "Skidklubb", "Hembygdsförening", "Teaterförening", "Schacksällskap", "Kör")
    ]  # fmt: skip
    planting.family("styrelseledamot i flera föreningar på en liten ort", clubs[turn % 6])


def consultant(planting: Planting, turn: int) -> None:
    """A consultant alone in a company of their own; some newly started, from home, with the post in a box."""
    b = planting.builder
    owner = b.person()
    age = {"days": 120 + 30 * turn} if turn % 2 else {"years": 6.0}
    made = b.company(f"Enmansfirman{turn} Konsult AB", "62201", employer=False, officers=b.board(owner, audited=False),
                     **age)  # fmt: skip
    if turn % 3 == 0:
        made = replace(made, postal=Address(f"Box {700 + turn}", "99010", "GRANBY"), visiting=None)
    made = b.add(made)
    owned_by(b, made, [(owner, made, 100)])
    planting.family("konsult utan anställda", made)


def stale_industry(planting: Planting, turn: int) -> None:
    """The industry code was never updated: it does not fit what is procured."""
    b = planting.builder
    planting.family(
        "SNI-kod som aldrig uppdaterats",
        b.add(b.company(f"Mångsysslarens{turn} Service AB", ("47721", "70200", "18122")[turn % 3])),
        cpv=("90910000",),
    )


def namesakes(planting: Planting, turn: int) -> None:
    """A company with the name of a bankrupt one elsewhere in the same trade, and a director with a namesake."""
    b = planting.builder
    old = b.company(
        f"Solgläntans{turn} Städ AB", "81210", years=9,
        officers=b.board(b.person("Karin", "Vidberg"), audited=False), proceedings=(Proceeding("KK", b.days_ago(200)),),
    )  # fmt: skip
    old = b.add(replace(old, activity="9", f_tax=False, vat=False, employer=False))
    new = b.company(
        f"Solgläntans{turn} Städservice AB", "81210", days=250,
        officers=b.board(b.person("Karin", "Vidberg"), audited=False),
    )  # fmt: skip
    if turn % 2:
        new = replace(
            new, names=(*new.names, Name(f"Solen{turn}", new.registered, "SARSKILT_FORETAGSNAMN", "Städning"))
        )
    planting.family("namnlikhet", b.add(new), others=(old,))


FAMILIES: tuple[Callable[[Planting, int], None], ...] = (
    franchise_chain,
    accountants_clients,
    group_with_one_board,
    business_hotel,
    family_firm,
    generational_shift,
    newly_moved,
    foreign_branch,
    seasonal,
    holding,
    association,
    small_town_clubs,
    consultant,
    stale_industry,
    namesakes,
)
