"""axe-core, asked about a page: WCAG 2.0 to 2.2 A and AA, and its best practices.

It is put in past the page's own policy, by the browser's debugger; the policy itself stays in force. What it must not
do: leave out a rule.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")


def complaints(page: Page) -> list[str]:
    """Each violation with the element that it is about; none if all is well."""
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(
        """async (values) => {
            const runOnly = { type: 'tag', values };
            const told = await axe.run(document, { runOnly, resultTypes: ['violations'] });
            const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message)[0];
            return told.violations.flatMap(
                (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}: ${why(node)}`));
        }""",
        list(TAGS),
    )
    return found


def sideways(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways, or a pane in it that scrolls by itself."""
    found: int = page.evaluate(
        """() => {
            const panes = [...document.querySelectorAll('.desk > *, .composer, .dialog, .sheet')];
            const seen = panes.filter((pane) => pane.checkVisibility());
            const over = seen.map((pane) => pane.scrollWidth - pane.clientWidth);
            return Math.max(document.scrollingElement.scrollWidth - innerWidth, ...over);
        }"""
    )
    return max(0, found)
