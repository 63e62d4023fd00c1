"""The live page at /_sandbox: jobs, trials, the objective's curve and logs, for a person's browser.

    live_page   which request gets what
    documents   what the page shows, as JSON

The page itself is page.html with page.css, page.js and curve.js. It asks for the documents again and again, and for
nothing from elsewhere.
"""

from .live_page import LivePage

__all__ = ["LivePage"]
