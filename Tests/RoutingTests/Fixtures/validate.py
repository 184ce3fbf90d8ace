"""Judges documents by a JSON Schema: one line for each file, its name, a tab, and valid or invalid.

Usage: validate.py SCHEMA FILE...
"""

import json
import pathlib
import sys

import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for name in sys.argv[2:]:
    try:
        document = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
    except ValueError:
        print(name, "not-json", sep="\t")
        continue
    print(name, "valid" if validator.is_valid(document) else "invalid", sep="\t")
