"""Whatever the file: a prediction that its schema accepts, and nothing claimed that is not certain."""

from __future__ import annotations

import hashlib
import json

from generate import dockerfiles
from hypothesis import given, settings
from simulate.support import build

from dfcheck.report.image import as_json
from dfcheck.report.image_schema import Prediction


@settings(max_examples=60, deadline=None)
@given(dockerfiles())
def test_every_file_gives_a_prediction(text: str) -> None:
    image = build(text)
    shown = Prediction.model_validate_json(as_json(image, entries=True))
    assert shown.ok == (image.error is None)
    assert len(shown.layers) == sum(not item.empty_layer for item in shown.history) or shown.error
    if isinstance(image.config_json, str):
        assert image.image_id == "sha256:" + hashlib.sha256(image.config_json.encode()).hexdigest()
        parsed = json.loads(image.config_json)
        assert parsed["rootfs"]["diff_ids"] == ([layer.diff_id for layer in image.layers] or None)
