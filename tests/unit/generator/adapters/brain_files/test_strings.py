"""The texts of a kind, as resx entries in file order."""

import pytest
from pcf_generator.adapters.brain_files.strings import strings
from pcf_generator.domain.source import Strings
from pcf_generator.ports.knowledge import BrainFileFault

PATH = "capabilities/dial/strings/1031.yaml"
TEXT = """
language: de
control: {name: Drehknopf, description: Dreht eine Zahl.}
properties:
  value: {name: Wert, description: Die Spalte.}
  size: {name: Größe, description: Wie groß., values: {small: Klein, large: Groß}}
texts: {label: "Stufe {0}", empty: Leer}
"""


def test_reads_every_key():
    assert strings(PATH, TEXT) == Strings(
        1031,
        "de",
        (
            ("Control_Name", "Drehknopf"),
            ("Control_Description", "Dreht eine Zahl."),
            ("value_Name", "Wert"),
            ("value_Description", "Die Spalte."),
            ("size_Name", "Größe"),
            ("size_Description", "Wie groß."),
            ("size_small", "Klein"),
            ("size_large", "Groß"),
            ("Text_label", "Stufe {0}"),
            ("Text_empty", "Leer"),
        ),
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (PATH, "language: de"),
        (PATH, TEXT.replace("texts:", "words:")),
        (PATH, TEXT.replace("{name: Wert, description: Die Spalte.}", "Wert")),
        (PATH, "[]"),
        ("capabilities/dial/strings/german.yaml", TEXT),
    ],
)
def test_what_does_not_fit_names_the_file(path, text):
    with pytest.raises(BrainFileFault, match=f"^{path}: "):
        strings(path, text)
