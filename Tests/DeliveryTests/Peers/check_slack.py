"""Checks messages for Slack-compatible receivers against slack_sdk and against the limits that it does not know.

Reads lines of JSON {"dialect": …, "message": {…}} and prints one line for each: "ok", or what is wrong.
Limits: docs.slack.dev "Reference: blocks"; slackapi/bolt-js issue 2509 (all blocks together);
Discord developer documentation "Embed limits"; Mattermost splits posts of more than 16,383 characters, Zulip takes 10,000.
"""
import json
import sys

from slack_sdk.models.blocks import Block


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            if name not in ("type", "color"):  # not shown
                yield from texts(member)
    elif isinstance(value, list):
        for element in value:
            yield from texts(element)


def limit(value, most, what):
    length = len(value.encode("utf-16-le")) // 2
    if length > most:
        raise ValueError("%s has %d characters, more than %d" % (what, length, most))


def check_block(block):
    parsed = Block.parse(block)
    if parsed is None:
        raise ValueError("unknown block %s" % block.get("type"))
    if json.loads(json.dumps(parsed.to_dict())).get("type") != block["type"]:
        raise ValueError("block changes when read")
    kind = block["type"]
    if kind == "header":
        if block["text"]["type"] != "plain_text":
            raise ValueError("a header takes plain_text")
        limit(block["text"]["text"], 150, "header")
        if not block["text"]["text"].strip():
            raise ValueError("empty header")
    elif kind == "section":
        if "text" in block:
            limit(block["text"]["text"], 3000, "section")
        fields = block.get("fields", [])
        if "fields" in block and not 1 <= len(fields) <= 10:
            raise ValueError("%d fields" % len(fields))
        for field in fields:
            limit(field["text"], 2000, "field")
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            raise ValueError("%d context elements" % len(block["elements"]))
        for element in block["elements"]:
            limit(element["text"], 3000, "context")
    elif kind == "rich_text":
        if not block["elements"]:
            raise ValueError("rich text of nothing")
        for section in block["elements"]:
            if section["type"] != "rich_text_section" or not section["elements"]:
                raise ValueError("empty or unknown part of rich text")
            limit("".join(texts(section)), 3000, "rich text")
            for element in section["elements"]:
                if element["type"] == "link":
                    limit(element["url"], 3000, "a link")
                elif element["type"] != "text":
                    raise ValueError("element %s of rich text" % element["type"])
                if not element["text"]:
                    raise ValueError("empty text in rich text")
    else:
        raise ValueError("block type %s is not known everywhere" % kind)


def check_slack(message):
    limit(message["text"], 4000, "text")
    blocks = list(message.get("blocks", []))
    for attachment in message.get("attachments", []):
        blocks += attachment.get("blocks", [])
    if len(blocks) > 50:
        raise ValueError("%d blocks" % len(blocks))
    for block in blocks:
        check_block(block)
    limit("".join(texts(message)), 12000, "the whole message")


def check_attachment(message, is_discord):
    limit(message["text"], 2000, "text")
    if "blocks" in message:
        raise ValueError("blocks are ignored or refused here")
    for attachment in message["attachments"]:
        if "blocks" in attachment:
            raise ValueError("blocks are ignored or refused here")
        limit(attachment["title"], 256, "title")
        limit(attachment["text"], 4096 if is_discord else 8000, "attachment text")
        limit(attachment["footer"], 2048, "footer")
        if len(attachment["fields"]) > 10:
            raise ValueError("%d fields" % len(attachment["fields"]))
        for field in attachment["fields"]:
            limit(field["title"], 256, "field title")
            limit(field["value"], 1000, "field value")
            if not field["value"].strip():
                raise ValueError("empty field")
    limit("".join(texts(message)), 5500 if is_discord else 9500, "the whole message")


def check_plain(message):
    if set(message) != {"text"}:
        raise ValueError("more than text: %s" % sorted(message))
    limit(message["text"], 4000, "text")


for line in sys.stdin:
    case = json.loads(line)
    try:
        message = case["message"]
        if set(message) == {"text"} or case["dialect"] == "plain":
            check_plain(message)
        elif case["dialect"] == "slack":
            check_slack(message)
        else:
            check_attachment(message, case["dialect"] == "discord")
        if not message["text"].strip():
            raise ValueError("empty text")
        print("ok")
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))
