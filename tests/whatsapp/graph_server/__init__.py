"""Meta's Graph API for WhatsApp, imitated: for tests, for measuring, and to show the whole journey without Meta."""

from tests.whatsapp.graph_server.clock import Clock
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.server import DISPLAY, NUMBER, SECRET, TOKEN, WABA, GraphServer

__all__ = ["DISPLAY", "NUMBER", "SECRET", "TOKEN", "WABA", "Clock", "GraphServer", "Person"]
