"""The name of a version in the choice of what is compared."""

from datetime import timedelta

from tests.support.run_infos import NOW, make_run
from ui.components.versions.compare_dialog import version_label


def test_a_version_is_called_by_its_number_title_and_age() -> None:
    label = version_label(make_run(), "Add a search", 2, NOW + timedelta(minutes=5))
    assert label == "v2 · Add a search · 5 min ago"
