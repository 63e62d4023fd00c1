"""The live page at /_sandbox: jobs, trials, the objective's curve and logs, for a person's browser.

live_page       which request gets what
documents       what the page shows, as JSON
page.html, page.css, page.js, curve.js   the page itself; it asks for the documents again and again, and for nothing from elsewhere
"""

from .live_page import LivePage, PageAnswer

__all__ = ["LivePage", "PageAnswer"]
