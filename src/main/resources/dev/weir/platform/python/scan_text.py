"""What a module's bytes say before they are parsed: source must read to a person as it reads to the compiler."""

import codecs
import io
import re
import tokenize
import unicodedata

from scan_rules import CODECS, DECEPTIVE

COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
BLANKS = re.compile(rb"[ \t\f\v]{400,}[^\s]")
FORM_FEED = re.compile(rb"^[^\n]*\f[^\n]*$", re.MULTILINE)
BARE_CR = re.compile(rb"\r(?!\n)")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def examine(data, report):
    """Reports what deceives in data; the text for a further look, or None if its coding is not one of ours."""
    coding = cookie(data)
    if coding is not None and not known(coding[1]):
        report(DECEPTIVE, coding[0], "the coding line names '%s'; only UTF-8, ASCII and Latin-1 are accepted"
               % coding[1][:40])
        return None
    if b"\0" in data:
        report(DECEPTIVE, line(data, data.index(b"\0")), "the source holds a NUL byte")
    bare = BARE_CR.search(data)
    if bare:
        report(DECEPTIVE, line(data, bare.start()),
               "a carriage return without a line feed starts a new line for Python but not for most editors")
    blanks = BLANKS.search(data) if len(data) >= 400 else None
    if blanks:
        report(DECEPTIVE, line(data, blanks.start()), "something stands behind 400 blanks, outside every editor's view")
    for feed in FORM_FEED.finditer(data) if b"\f" in data else ():
        if feed.group().strip():
            report(DECEPTIVE, line(data, feed.start()), "code stands on a line with a form feed")
            break
    try:
        text = data.decode("iso8859-1" if coding is not None and canonical(coding[1]) == "iso8859-1" else "utf-8-sig")
    except UnicodeDecodeError:
        return None  # the parser will say where
    bidi = BIDI.search(text)
    if bidi:
        report(DECEPTIVE, text.count("\n", 0, bidi.start()) + 1,
               "an invisible character turns the direction of the text around")
    return text


def cookie(data):
    """(line, name) of the first coding line that Python could see, however it ends its lines."""
    for ends in (rb"\n", rb"\r\n|\r|\n"):
        for number, start in enumerate(re.split(ends, data[:4096].replace(codecs.BOM_UTF8, b"", 1))[:2], 1):
            found = COOKIE.match(start)
            if found:
                return number, found.group(1).decode("ascii", "replace")
    return None


def canonical(name):
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return None


def known(name):
    return canonical(name) in CODECS


def line(data, offset):
    return data.count(b"\n", 0, offset) + 1


def identifiers(text, report):
    """Names that are written in other letters than the ones Python will read."""
    if text is None or text.isascii():
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and not token.string.isascii():
                plain = unicodedata.normalize("NFKC", token.string)
                if plain != token.string and plain.isascii():
                    report(DECEPTIVE, token.start[0], "a name is written in look-alike letters; Python reads it as '%s'"
                           % plain[:60])
    except (tokenize.TokenError, SyntaxError):
        pass  # it parsed, or the parser has told: this look is an extra
