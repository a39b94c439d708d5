"""Codes as Code 128 bars, which every scanner types back as they are."""

import re

_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_QUIET = 10  # modules left white on either side, as the standard asks
_MODULE, _WIDEST, _HEIGHT = 0.25, 76.0, 12  # mm; below a quarter of a millimetre cheap scanners fail, so only long codes go there


def svg(text: str) -> str:
    """The bars of a text as an SVG element without a word in it; nothing where a text has no bars."""
    from barcode.codex import Code128  # noqa: PLC0415 - slow to load

    if not _PRINTABLE.fullmatch(text):
        return ""
    modules = "".join(Code128(text).build())
    total = len(modules) + 2 * _QUIET
    width = min(_MODULE * total, _WIDEST)
    bars = (
        f'<rect x="{bar.start() + _QUIET}" y="0" width="{len(bar[0])}" height="{_HEIGHT}"/>' for bar in re.finditer("1+", modules)
    )
    size = f'width="{width:.2f}mm" height="{_HEIGHT}mm" viewBox="0 0 {total} {_HEIGHT}"'
    return f'<svg {size} preserveAspectRatio="none" shape-rendering="crispEdges">{"".join(bars)}</svg>'
