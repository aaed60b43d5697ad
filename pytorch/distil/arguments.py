"""What every command takes: a configuration file, a folder to work in, a folder of data."""

import argparse
import json
from pathlib import Path


def read_arguments(description: str | None, *folders: str) -> tuple[dict, argparse.Namespace]:
    """The configuration and the arguments; `folders` names further folders that must be given."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("config", type=Path, help="a file of configs/")
    parser.add_argument("--work", type=Path, required=True, help="folder of intermediate files")
    for folder in folders:
        parser.add_argument(f"--{folder}", type=Path, required=True)
    given = parser.parse_args()
    return json.loads(given.config.read_text("utf-8")), given
