"""Which encoding the bytes of a text file are in, as Japanese offices save them.

UTF-8, UTF-16, Shift_JIS (CP932), EUC-JP and ISO-2022-JP are read. Bytes of other East Asian
encodings (EUC-KR, Big5, GB18030) can nearly always be read as Shift_JIS too, as nonsense; so a
reading must also look like Japanese, otherwise the file is refused.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["UnknownEncoding", "decoded"]

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_HALF_WIDTH = re.compile(r"[｡-ﾟ]+")
# A voice mark behind a sound that has none, or a word that begins with a small letter or a mark.
_ILL_FORMED = re.compile(r"(?:^|[^ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?:^|[^ﾊ-ﾎ])ﾟ|^[ｧ-ｯｰ]|[｡､]{2}|｢[｡､]")
# Single letters that stand between full-width ones: 茅ｹ崎, 3ｶ所, 一ﾉ宮, 四ﾂ谷; marks of a sentence.
_ALONE = re.compile(r"[ｶｹﾉﾂ｡｢｣､･]")
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
# Words of headings; in text of another language read as EUC-JP they do not come about by chance.
_WORDS = re.compile(
    "件名|番号|事業|事例|題名|名称|氏名|団体|組織|施設|所在地|住所|地域|都道府県|市区町村|市町村|年月|日付|"
    "年度|期間|開始|終了|金額|助成|補助|予算|費用|電話|備考|概要|説明|内容|目的|結果|状態|区分|種別|種類|"
    "分類|対象|担当|出典|資料|言語|日本|回答|質問|割合|人数|件数|世帯|外国人"
)
# Signs for private use, which CP932 has for characters that an office made itself.
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")


class UnknownEncoding(ValueError):
    """The bytes are no text in an encoding that is read."""


def decoded(content: bytes) -> str:
    """The text of a file, by its mark or by trial; single NULs are left out.

    Raises:
        UnknownEncoding: no reading is certain enough.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _read(content, encoding)
    nulls = content.count(0)
    # UTF-16 without a mark: every second byte of Latin letters, digits and line ends is zero.
    if nulls * 4 >= len(content):
        return _utf_16(content)
    if nulls:
        try:
            return content.replace(b"\x00", b"").decode("utf-8")
        except UnicodeDecodeError:
            if nulls * 100 >= len(content):
                return _utf_16(content)
            content = content.replace(b"\x00", b"")
    # Codes that switch between encodings; HZ writes Chinese in plain ASCII.
    if b"~{" in content and b"~}" in content and content.isascii():
        raise UnknownEncoding("hz")
    if b"\x1b$" in content:
        return _read(content, "iso2022_jp_ext")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _japanese(content)


def _read(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).replace("\x00", "")
    except UnicodeDecodeError as error:
        raise UnknownEncoding(encoding) from error


def _utf_16(content: bytes) -> str:
    even, odd = content[::2].count(0), content[1::2].count(0)
    text = _read(content, "utf-16-le" if odd > even else "utf-16-be")
    # Other binary files can be read as UTF-16 too, but hardly as lines.
    if "\n" not in text and "\r" not in text and "," not in text and "\t" not in text:
        raise UnknownEncoding("utf-16")
    return text


def _japanese(content: bytes) -> str:
    """Text in Shift_JIS or EUC-JP, if it looks like Japanese."""
    for encoding, is_plausible in [("cp932", _is_shift_jis), ("euc_jp", _is_euc_jp)]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_plausible(text):
            return text
    raise UnknownEncoding("shift_jis")


def _is_shift_jis(text: str) -> bool:
    """Whether half-width kana form words, and characters of an office's own are few."""
    foreign = len(_FOREIGN.findall(text))
    odd = len(_PRIVATE.findall(text))
    runs = list(_HALF_WIDTH.finditer(text))
    for run in runs:
        kana = run[0]
        # Alone between kanji, or beside a Latin letter: one half of another encoding's sign.
        alone = len(kana) == 1 and not _ALONE.match(kana)
        odd += (alone and _touches_text(text, run)) + len(_ILL_FORMED.findall(kana))
    if runs and sum(len(run[0]) for run in runs) == foreign and _is_double_byte(text):
        return False
    return odd * 50 <= foreign


def _is_double_byte(text: str) -> bool:
    """Whether half-width kana can as well be pairs of bytes, as EUC-JP and EUC-KR have them."""
    try:
        text.encode("cp932").decode("euc_kr")
    except UnicodeDecodeError:
        return False
    return True


def _touches_text(text: str, run: re.Match[str]) -> bool:
    before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
    return any(sign and (not sign.isascii() or sign.isalpha()) for sign in (before, after))


def _is_euc_jp(text: str) -> bool:
    """Whether it has kana or words of headings: Chinese or Korean read as EUC-JP has hardly any."""
    if _HALF_WIDTH.search(text):
        return False
    foreign = len(_FOREIGN.findall(text))
    return len(_KANA.findall(text)) * 12 >= foreign or bool(_WORDS.search(text))
