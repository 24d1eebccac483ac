"""Opens the file of a workbook without trusting it: its kind and limits first, then the parts that are read.

Nothing is unpacked to disk, no name of the archive is ever used as a path, and no XML entity is ever expanded.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ingestion.survey.form import SurveyLimits

_DIRECTORY_RECORD = b"PK\x01\x02"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1 | 0x40
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DEEPEST = 40
_ELEMENTS = 500_000
"""Elements that one part may hold: a workbook whose every cell has a format stays far below."""


class Unreadable(ValueError):
    """The file cannot be read as a workbook; the message says in French what to do, and quotes nothing of the file."""


class Parts:
    """The parts of one workbook, read within the limits."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {info.filename.lstrip("/"): info for info in archive.infolist()}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def elements(self, name: str) -> Iterator[Element]:
        """Every element of one XML part, each once it is complete; children come before their parent.

        Raises:
            Unreadable: the part is missing, damaged, too deep, or declares entities.
        """
        if name not in self._names:
            raise Unreadable(_DAMAGED)
        info = self._names[name]
        try:
            content = self._archive.read(info)
            if len(content) != info.file_size:
                raise Unreadable(_DAMAGED)
            depth = count = 0
            for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
                depth += 1 if event == "start" else -1
                count += event == "start"
                if depth > _DEEPEST or count > _ELEMENTS:
                    raise Unreadable(BEYOND)
                if event == "end":
                    yield element
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Unreadable(_DAMAGED) from error
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise error if isinstance(error, Unreadable) else Unreadable(_DAMAGED) from error


_SEND = "ouvrez-le dans votre tableur et enregistrez-le au format « Classeur Excel (.xlsx) », puis renvoyez-le."
_DAMAGED = f"le fichier est abîmé ou incomplet : {_SEND}"
BEYOND = "le fichier est bien plus lourd qu'une enquête : recopiez vos réponses dans le modèle et renvoyez-le."


def open_parts(content: bytes | None, limits: SurveyLimits) -> Parts:
    """The parts of a workbook that is a whole .xlsx within the limits; `content` is None when the file is beyond them.

    Raises:
        Unreadable: it is another kind of file, protected by a password, damaged, or beyond the limits.
    """
    if content is None:
        raise Unreadable(BEYOND)
    if content.startswith(_OLD_OFFICE):
        if _ENCRYPTED_STREAM in content:
            raise Unreadable("le classeur est protégé par un mot de passe : retirez-le et renvoyez le fichier.")
        raise Unreadable(f"c'est un ancien format Excel (.xls) : {_SEND}")
    if not content.startswith(b"PK"):
        raise Unreadable(f"ce n'est pas un classeur .xlsx (un fichier CSV, peut-être) : {_SEND}" if content else _EMPTY)
    # The directory is counted before the zip module reads it: a hostile one can hold a million entries.
    if len(content) > limits.zip_bytes or content.count(_DIRECTORY_RECORD) > 4 * limits.entries:
        raise Unreadable(BEYOND)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(_DAMAGED) from error
    infos = archive.infolist()
    unzipped = sum(info.file_size for info in infos)
    if len(infos) > limits.entries or unzipped > min(limits.unzipped_bytes, limits.ratio * len(content)):
        raise Unreadable(BEYOND)
    names = {info.filename.lstrip("/") for info in infos}
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Unreadable("le classeur est protégé par un mot de passe : retirez-le et renvoyez le fichier.")
    if "mimetype" in names and "content.xml" in names:
        raise Unreadable(f"c'est un classeur OpenDocument (.ods) : {_SEND}")
    if "xl/workbook.bin" in names:
        raise Unreadable(f"c'est un classeur Excel binaire (.xlsb) : {_SEND}")
    if len(names) != len(infos) or "[Content_Types].xml" not in names:
        raise Unreadable(_DAMAGED)
    return Parts(archive)


_EMPTY = "le fichier est vide : renvoyez-le."
