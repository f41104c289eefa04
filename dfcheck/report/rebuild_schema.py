"""Rebuild schema: the JSON Schema of `dfcheck rebuild --output-format json`, from pydantic models.

Loaded only to print the schema and by tests: the report itself is written by `dfcheck.report.rebuild`.
"""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RebuiltStep(_Part):
    """A numbered step of the new build."""

    step: str = Field(description="As BuildKit's progress shows it: `[build 2/4] COPY . .`.")
    line: int = Field(description="Of its instruction.")
    cached: bool = Field(description="Whether it is certain that BuildKit takes it from its cache.")
    certain: bool = Field(
        description="False when it may be taken from the cache or run again; `cached` is then false."
    )
    why: str = Field(description="The first reason; empty for a cached step.")


class Comparison(_Part):
    """What a build does after an older state was built."""

    steps: list[RebuiltStep] = Field(description="Stages in file order.")
    same_image: bool = Field(description="Whether it is certain that the image stays the same.")
    same_image_certain: bool = Field(
        description="False when the image may stay the same; `same_image` is then false."
    )
    hints: list[str] = Field(
        description="What another order would have saved, certain as to the cache alone."
    )


def schema() -> str:
    """The JSON Schema, indented, with its version of the schema language."""
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Comparison.model_json_schema()}
    return json.dumps(body, indent=2) + "\n"
