"""What moves on a page, how often it is exchanged, and what it says aloud: written down by a script in the page.

It looks before every frame is painted, so that nothing can move and come back unseen. What it must not do: know what
the page's own scripts are called or how they do it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

_WATCH = """(parts) => {
    const seen = { moved: {}, shifts: [], answers: [], said: [], bar: [], lost: 0, frames: 0 };
    window.seen = seen;
    const boxes = {};
    const at = () => performance.timeOrigin + performance.now();
    const box = (selector) => {
        const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
        return [x, y, width, height];
    };
    for (const [name, selector] of Object.entries(parts)) boxes[name] = box(selector);
    const focused = document.activeElement;
    const look = () => {
        seen.frames += 1;
        for (const [name, selector] of Object.entries(parts)) {
            const now = box(selector);
            const moves = now.some((value, side) => Math.abs(value - boxes[name][side]) > 0.5);
            if (moves) seen.moved[name] ??= [boxes[name], now];
        }
        if (document.activeElement !== focused) seen.lost += 1;
        seen.going = requestAnimationFrame(look);
    };
    look();
    // A clock is as wide as its words: "1 t" becomes "59 min" in the minute in which somebody looks.
    const counts = (node) => (node.closest ? node : node.parentElement).closest('.due');
    const inParts = (node) => Object.entries(parts).find(([_name, selector]) => {
        const part = document.querySelector(selector);
        return node && !counts(node) && (node.contains(part) || part.contains(node));
    })?.[0];
    seen.watchers = [
        [new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
            const found = entry.sources.map(({ node }) => inParts(node)).filter(Boolean);
            if (entry.value > 0 && found.length) seen.shifts.push([entry.value, ...found]);
        })), { type: 'layout-shift' }],
        [new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
            if (new URL(entry.name).pathname === '/rows') seen.answers.push(performance.timeOrigin + entry.responseEnd);
        })), { type: 'resource' }],
    ];
    for (const [watcher, what] of seen.watchers) watcher.observe(what);
    const hear = (selector, into) => {
        const heard = new MutationObserver(() => {
            const region = document.querySelector(selector);
            into.push([at(), region.hidden ? '' : region.textContent]);
        });
        const words = { childList: true, characterData: true, subtree: true };
        heard.observe(document.querySelector(selector), { ...words, attributeFilter: ['hidden'] });
        seen.watchers.push([heard]);
    };
    hear('#says', seen.said);
    hear('#newbar', seen.bar);
}"""

_STOP = """() => {
    cancelAnimationFrame(window.seen.going);
    window.seen.watchers.forEach(([watcher]) => watcher.disconnect());
    const { watchers, going, ...told } = window.seen;
    return told;
}"""


class Stillness:
    """What is written down between `watch` and `told`, of these parts: name to selector.

    Times are milliseconds since the epoch, as the page's own clock has them.
    """

    def __init__(self, page: Page, parts: Mapping[str, str]) -> None:
        self._page = page
        page.evaluate(_WATCH, dict(parts))

    def told(self) -> dict[str, Any]:
        """Stop looking. `moved` and `shifts` are what moved, `lost` the frames without the focus, `answers` when a
        list arrived, `said` and `bar` each change of the live region and of the bar."""
        found: dict[str, Any] = self._page.evaluate(_STOP)
        return found


def most_in_a_second(times: Sequence[float]) -> int:
    """How many of these milliseconds lie within one second at most, wherever it begins."""
    ordered = sorted(times)
    return max((sum(one <= other < one + 1000 for other in ordered) for one in ordered), default=0)
