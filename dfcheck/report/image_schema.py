"""Image schema: the JSON Schema of `dfcheck simulate --output-format json`, from pydantic models.

Loaded only to print the schema and by tests: the report itself is written by `dfcheck.report.image`.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Error(_Part):
    """Why the build stops."""

    message: str
    line: int | None = Field(description="Line of the instruction; null for the build as a whole.")
    help: str = Field(description="What to do; may be empty.")


class Probe(_Part):
    """A health check; durations in nanoseconds."""

    Test: list[str] | None = None
    Interval: int = 0
    Timeout: int = 0
    StartPeriod: int = 0
    StartInterval: int = 0
    Retries: int = 0


class Nothing(_Part):
    """An empty object."""


class Config(_Part):
    """What a container starts with; a field is absent when it is empty or not known."""

    User: str | None = None
    ExposedPorts: dict[str, Nothing] | None = None
    Env: list[str] | None = None
    Entrypoint: list[str] | None = None
    Cmd: list[str] | None = None
    Volumes: dict[str, Nothing] | None = None
    WorkingDir: str | None = None
    Labels: dict[str, str] | None = None
    StopSignal: str | None = None
    ArgsEscaped: bool | None = None
    Healthcheck: Probe | None = None
    OnBuild: list[str] | None = None
    Shell: list[str] | None = None


class ConfigHolder(_Part):
    """As in the image's own config blob."""

    config: Config


class ImagePart(_Part):
    """The image as a whole."""

    platform: str | None
    config: ConfigHolder
    config_json: str | None = Field(
        description="The config blob, byte for byte; null when it is not certain."
    )
    image_id: str | None = Field(description="`sha256:…` of `config_json`.")
    exact: bool = Field(description="Whether nothing depends on the clock or on a RUN.")


class Entry(_Part):
    """A member of a layer's tar."""

    path: str
    type: Literal["file", "dir", "symlink", "hardlink", "fifo", "char", "block"]
    mode: str = Field(description="Octal, four digits.", pattern="^[0-7]{4,}$")
    uid: int
    gid: int
    size: int
    mtime: int | None = Field(description="Seconds since 1970; null for the moment of the build.")
    link: str | None = Field(None, description="Target of a link; absent for all else.")
    line: int | None = Field(description="Line that made it; null for a base image's.")


class Layer(_Part):
    """A layer, oldest first."""

    line: int | None = Field(description="Line of its instruction; null for a base image's.")
    created_by: str
    diff_id: str | None
    why: str | None = Field(description="Why there is no `diff_id`, a clause.")
    size: int | None = Field(description="Bytes of file content in it.")
    entries: list[Entry] | None = Field(description="Null without `--entries` or when they are not known.")
    written: list[Entry] | None = Field(
        description="As `entries`; where only the files below the layer are not known, what the instruction writes."
    )


class HistoryItem(_Part):
    """An entry of the history, oldest first."""

    created: str | None = None
    created_by: str | None = None
    author: str | None = None
    comment: str | None = None
    empty_layer: bool | None = None
    line: int | None
    certain: bool = Field(description="Whether `created_by` is; if not, variables stand in it as written.")


class Added(_Part):
    """What kind of content a well-known command adds."""

    kind: Literal["packages", "lists", "directory", "checkout"]
    by: str = Field(description="The command, e.g. `apt-get install`.")
    what: list[str] = Field(description="Packages, paths or addresses, as far as they are known.")


class Run(_Part):
    """What a RUN starts."""

    line: int
    argv: list[str | None] | None
    environment: dict[str, str | None]
    user: str | None
    directory: str | None
    mounts: list[str]
    adds: list[Added]


class Part(_Part):
    """A value and where it comes from."""

    value: str | None = Field(description="Null when it is not known.")
    origin: str = Field(
        description="`line 3`, `base image`, `default`, `docker`, or the option that gave it."
    )


class Variable(Part):
    """An environment variable."""

    name: str


class Process(_Part):
    """The first process of a container."""

    name: str
    kind: Literal["program", "init", "replaced", "single", "shell"] = Field(
        description="The program itself; an init that passes signals on; what a shell's `exec` puts in its place; "
        "a shell with a single command; a shell that stays and passes no signal on."
    )
    unused: list[str] = Field(description="Words that a shell gets and its script does not use.")


class Start(_Part):
    """What a container of the image starts with."""

    error: str | None = Field(description="Why docker starts nothing.")
    argv: list[str | None] | None
    origin: str = Field(description="Where its words come from.")
    entrypoint_known: bool = Field(
        description="If not, the base image may have one, which gets `argv` as arguments."
    )
    shell_known: bool = Field(
        description="If not, the shell in `argv` is the usual one, which the base may change."
    )
    pid1: Process | None
    user: Part
    directory: Part
    environment: list[Variable]
    ports: list[Part]
    volumes: list[Part]
    stop_signal: Part
    healthcheck: list[str] | None
    complete: bool = Field(description="Whether there are no more variables, ports and volumes than these.")
    notes: list[str] = Field(description="What a reader may not expect.")


class Gap(_Part):
    """Something that cannot be told."""

    what: str
    why: str = Field(description="A clause that follows what is not known.")
    line: int | None
    cure: str = Field(description="What would make it known; may be empty.")


class Prediction(_Part):
    """What `dfcheck simulate --output-format json` prints. What is not known is null; `unknown` says why."""

    version: Literal[1]
    ok: bool
    error: Error | None
    image: ImagePart
    layers: list[Layer]
    history: list[HistoryItem]
    steps: list[str] = Field(description="As BuildKit names them, stages in the order of the file.")
    runs: list[Run]
    start: Start | None
    unknown: list[Gap]


def schema() -> str:
    """The JSON Schema, indented, with its version of the schema language."""
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Prediction.model_json_schema()}
    return json.dumps(body, indent=2) + "\n"
