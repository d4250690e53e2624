"""The bars by name, in the order of the table."""

from .allocations import allocation_bar
from .crowd import crowd_bar
from .delivery import delivery_bar
from .drain import drain_bar
from .growth import growth_bar
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
# Takes minutes to fill its servers: only where it is asked for.
BY_NAME = BARS | {"P9": growth_bar}
