"""What the source of a module binds."""

from core.review.repairs.index.module_source import read_module
from tests.support.repairs import PACKAGE


def test_a_module_binds_what_it_defines_and_what_it_imports() -> None:
    module = read_module("pack", PACKAGE, is_package=True)
    assert module.bound["App"] == "pack.app.App"
    assert module.bound["Thing"] == "other.Thing"
    assert {"hidden", "os", "quick", "old", "LIMIT", "_private"} <= module.bound.keys()
    assert module.passed_on == {"App", "hidden", "quick"}
    assert module.is_whole
    assert not read_module("pack", "from x import *\n", is_package=False).is_whole
