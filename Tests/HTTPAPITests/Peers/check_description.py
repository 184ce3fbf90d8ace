"""Checks an OpenAPI description, and exchanges of a running server against it.

    check_description.py OPENAPI.json [EXCHANGES.json]

EXCHANGES.json is an array of {"method", "path", "status", "type", "body"}; the path is the template of the description.
Prints one line for everything that is wrong and ends with 1 then.
"""
import json
import sys

from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator


def resolve(description, node):
    while "$ref" in node:
        target = description
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def problems(description, exchange):
    name = f'{exchange["method"]} {exchange["path"]} {exchange["status"]}'
    operation = description["paths"].get(exchange["path"], {}).get(exchange["method"].lower())
    if operation is None:
        yield f"{name}: the operation is not described"
        return
    response = operation["responses"].get(str(exchange["status"]))
    if response is None:
        yield f"{name}: the status is not described"
        return
    content = resolve(description, response).get("content")
    if not content:
        if exchange["body"]:
            yield f"{name}: a body is not described"
        return
    media = exchange["type"].split(";")[0].strip()
    if media not in content:
        yield f"{name}: {media} is not described"
        return
    if media == "text/plain":
        return
    schema = {**content[media]["schema"], "components": description["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for error in validator.iter_errors(json.loads(exchange["body"])):
        yield f"{name}: {error.json_path}: {error.message[:300]}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        description = json.load(file)
    found = [str(error.message) for error in OpenAPIV31SpecValidator(description).iter_errors()]
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            for exchange in json.load(file):
                found.extend(problems(description, exchange))
    for line in found:
        print(line)
    return 1 if found else 0


sys.exit(main())
