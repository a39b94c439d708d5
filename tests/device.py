"""A device that is none: a plugin for age that hides nothing, and counts how often it is asked to open something."""

from pathlib import Path

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
PROGRAM = """#!{python}
import base64, sys

def read():
    stanzas = []
    while True:
        head = sys.stdin.readline().split()[1:]
        body = ""
        while True:
            line = sys.stdin.readline().rstrip("\\n")
            body += line
            if len(line) < 64:
                break
        if head[0] == "done":
            return stanzas
        stanzas.append((head, base64.b64decode(body + "=" * (-len(body) % 4))))

def send(*words, body=b""):
    text = base64.b64encode(body).decode().rstrip("=")
    lines = [text[at : at + 64] for at in range(0, len(text) + 1, 64)]
    sys.stdout.write("-> " + " ".join(words) + "\\n" + "\\n".join(lines) + "\\n")
    sys.stdout.flush()

def answer():
    sys.stdin.readline()
    sys.stdin.readline()

hide = lambda key: bytes(byte ^ 90 for byte in key)
said = read()
if sys.argv[1].endswith("recipient-v1"):
    for index, body in enumerate(body for head, body in said if head[0] == "wrap-file-key"):
        send("recipient-stanza", str(index), "{name}", body=hide(body))
        answer()
else:
    for head, body in said:
        if head[0] == "recipient-stanza" and head[2] == "{name}":
            open({touched!r}, "a").write("touched\\n")
            send("file-key", head[1], body=hide(body))
            answer()
send("done")
"""


def checksum(prefix: str, data: list[int]) -> list[int]:
    values = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix] + data + [0] * 6
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place in range(5):
            check ^= GENERATOR[place] if top >> place & 1 else 0
    return [(check ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]


def bech32(prefix: str, content: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in content)
    bits += "0" * (-len(bits) % 5)
    data = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    return prefix + "1" + "".join(ALPHABET[each] for each in [*data, *checksum(prefix, data)])


def recipient(name: str, content: bytes = b"card") -> str:
    return bech32(f"age1{name}", content)


def identity(name: str, content: bytes = b"card") -> str:
    return bech32(f"age-plugin-{name}-", content).upper()


def install(folder: Path, name: str, python: str, touched: Path) -> Path:
    """Put the plugin of that name into a folder; what it opens is noted in ``touched``, a line each."""
    folder.mkdir(exist_ok=True)
    program = folder / f"age-plugin-{name}"
    program.write_text(PROGRAM.format(python=python, name=name, touched=str(touched)))
    program.chmod(0o755)
    return program


def touches(touched: Path) -> int:
    """How often the device was asked to open something."""
    return touched.read_text().count("touched") if touched.exists() else 0
