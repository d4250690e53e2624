"""The bars by name, in the order of the table."""

from .allocations import allocation_bar
from .crowd import crowd_bar
from .delivery import delivery_bar
from .drain import drain_bar
from .growth import members_growth, messages_growth, people_growth
from .latency import latency_bar
from .memory import memory_bar
from .pages import page_bar
from .restart import restart_bar
from .resume import resume_bar
from .sends import send_bar, socket_send_bar
from .web import web_bar

BARS = {
    "P1": page_bar,
    "P2": send_bar,
    "P3": socket_send_bar,
    "P4": delivery_bar,
    "P5": drain_bar,
    "P6": restart_bar,
    "P7": memory_bar,
    "P8": latency_bar,
    "resume": resume_bar,
    "allocations": allocation_bar,
    "crowd": crowd_bar,
    "web": web_bar,
}
# They take minutes to fill their servers: only where they are asked for, all as P9.
GROWTH = {
    "P9-messages": messages_growth,
    "P9-people": people_growth,
    "P9-members": members_growth,
}
BY_NAME = BARS | GROWTH


def named(name):
    """The names of the bars that are to be run; none where there is no such bar."""
    if name is None:
        return list(BARS)
    if name == "P9":
        return list(GROWTH)
    return [name] if name in BY_NAME else []
