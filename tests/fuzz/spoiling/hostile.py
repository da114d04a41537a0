"""What do people with bad intentions write in a file? Texts, numbers and bytes that hurt somewhere."""

from __future__ import annotations

TEXTS = (
    "\x1b[2J\x1b[31mred",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x9b31m\x9d52;c;eA==\x9c",
    "\x1bP+q544e\x1b\\",
    "\x00",
    "\x07\x08\x7f\r",
    "a\rb\x85c\x0bd\x0ce\u2028f\u2029g",
    "\u202egnirts\u202c",
    "\u2066x\u2069\u200f\u061c",
    "\u200b\u200d\ufeff\u00ad",
    "[/]",
    "[@click=app.quit]q[/]",
    "[@click=app.screenshot('x','y')]x[/]",
    "[red]x[h1] ${x} $primary [link=http://x]",
    "{0} %s %n {{}}",
    "\ud800",
    "\udfff\ud800",
    "漢字" * 50,
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "e" + "\u0301" * 40,
    "\U000e0041\ufe0f\u20e3",
    "\t\t\n\n   ",
    "\u3164\u00a0\u3000",
    "x" * 5000,
    "word " * 2000,
    "a\n" * 500,
    "",
    " ",
    "../../etc/passwd.csv",
    "/etc/passwd.npz",
    "C:\\x.csv",
    "data.csv\x00.npz",
    "x" * 300 + ".csv",
    "\x1b]0;t\x07.csv",
    "\u202evsc.csv",
    "[/].npz",
    "nan",
    "1e5",
)

#: As they stand in a TOML file or in a cell of a table.
NUMBERS = (
    *("0", "-0", "-1", "0.0", "-0.0", "1", "2", "7", "0.5", "-0.5", "1e-320", "5e-324", "1e-160", "1e160"),
    *("1e308", "-1e308", "1.7976931348623157e308", "1e999", "-1e999", "inf", "-inf", "nan", "+nan", "1e22"),
    *("100", "1000", "9999", "100000", "1000000", "9999999", "10000000", "10000001", "1000000000"),
    *("1000000001", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616"),
    *(
        "1" * 400,
        "1" * 5000,
        "0x" + "f" * 3000,
        "0o777",
        "0b1",
        "1_000",
        "1__0",
        "01",
        ".5",
        "5.",
        "+1",
        "1e5",
    ),
    *("1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "true", "false", "True", "null", "١", "1.0e+5000"),
)

BYTES = (
    *(b"\x00", b"\x1b", b"\x07", b"\x7f", b"\r", b"\r\n", b"\n", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf"),
    *(b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc2\x9b31m", b"\xe2\x80\xae", b"\xe2\x80\xa8"),
    *(b"\x1b]52;c;eA==\x07", b'"', b"'", b'"""', b"'''", b"\\", b"\\u", b"\\U0010ffff", b"\\ud800", b"#"),
    *(b"[", b"]", b"[[", b"]]", b"{", b"}", b"=", b",", b".", b"-", b"_", b";", b"\t", b" " * 200),
    *(b"[" * 300, b"{a=" * 200, b"a." * 40, b"1" * 5000, b"," * 300, b"\n" * 300),
)

ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7", "cp037")
