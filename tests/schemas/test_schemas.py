"""The schema files themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from zimage_schemas import BASES, DOCUMENTS, MODELS, Document, document
from zimage_schemas._loader import DOCUMENT_NAMES, PART_NAMES, raw, registry

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = (*DOCUMENT_NAMES, *PART_NAMES)

HEADINGS = {
    "Request Parameters - Generate Request",
    "Request Parameters - Z-Image base generate request",
    "Example Request",
    "Response",
    "Response Fields",
    "Response Handling",
    "Response (Completed)",
    "Status Values",
    "Endpoint",
    "Queue System Errors",
    "Error via Status/Webhook",
    "Webhook (Optional)",
}
JUDGING = {"type", "enum", "minimum", "maximum", "minLength", "minItems", "pattern", "not", "required"}
APPLYING = {"properties", "items", "allOf", "if", "then", "$ref"}
TELLING = {"$schema", "$id", "$comment", "title", "description", "default", "examples", "$defs"}
OURS = {"x-basis", "x-section", "x-rules", "x-model", "x-when"}

each_document = pytest.mark.parametrize("each", DOCUMENTS.values(), ids=list(DOCUMENTS))


def schemas_in(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schema and every schema in it, but for those of an `if`, which ask and do not demand."""
    yield schema
    for part in (
        *schema.get("properties", {}).values(),
        *schema.get("$defs", {}).values(),
        *schema.get("allOf", []),
    ):
        yield from schemas_in(part)
    for keyword in {"items", "then"} & schema.keys():
        yield from schemas_in(schema[keyword])


def properties_in(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property in the schema, at any depth."""
    for part in schemas_in(schema):
        yield from part.get("properties", {}).items()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_json_schema(name: str) -> None:
    """Every file is valid by the 2020-12 meta-schema, for both libraries, and has a URN of its own."""
    schema = raw(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:zimage:{name}"
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_only_what_is_understood(name: str) -> None:
    """No keyword is misspelt, and none is used that the rules' table would miss."""
    for schema in schemas_in(raw(name)):
        assert set(schema) <= JUDGING | APPLYING | TELLING | OURS


@pytest.mark.parametrize("name", FILES)
def test_a_condition_asks_for_one_field_that_is_there(name: str) -> None:
    """An `if` has the one form that gets a name and words, and is false for a document without the field."""
    for schema in schemas_in(raw(name)):
        if "if" in schema:
            (field, values), *others = schema["if"]["properties"].items()
            assert schema["if"] == {"properties": {field: {"enum": values["enum"]}}, "required": [field]}
            assert not others
            assert schema["x-when"].islower()


@pytest.mark.parametrize("name", FILES)
def test_nothing_beside_a_reference_judges_twice(name: str) -> None:
    """What stands beside a `$ref` may replace the part's words but none of its demands: both would hold."""
    for schema in schemas_in(raw(name)):
        if "$ref" in schema:
            part = registry().resolver().lookup(schema["$ref"]).contents
            assert not (JUDGING | APPLYING) & schema.keys() & part.keys()


@pytest.mark.parametrize("name", FILES)
def test_words_that_assume_a_value_have_it(name: str) -> None:
    """Sentences say "must not be empty" for a least length, list texts, and have words for every pattern."""
    for schema in schemas_in(raw(name)):
        assert schema.get("minLength", 1) == schema.get("minItems", 1) == 1
        assert schema.get("not", {}) == {}
        assert all(isinstance(value, str) for value in schema.get("enum", []))
        assert "pattern" not in schema or schema["x-rules"]["pattern"]["says"].startswith("must be ")


@pytest.mark.parametrize("name", FILES)
def test_notes_are_on_keywords_that_are_there(name: str) -> None:
    """A note on a rule is on a keyword of that schema, once its references are resolved."""
    schema = document(name).resolved if name in DOCUMENTS else raw(name)
    for part in schemas_in(schema):
        for key, note in part.get("x-rules", {}).items():
            keyword, _, field = key.partition(".")
            assert keyword in part or name in PART_NAMES
            assert not field or field in part[keyword]
            assert set(note) <= {"basis", "section", "says"}


@each_document
def test_every_property_says_what_it_rests_on(each: Document) -> None:
    """Every property has a basis and a section of its own; so has every schema that requires some."""
    nodes = [part for part in schemas_in(each.resolved) if "required" in part]
    for node in (*nodes, *(part for _, part in properties_in(each.resolved)), each.resolved):
        if "x-basis" in node or "media_url" not in node.get("required", ()):
            assert node["x-basis"] in BASES
            assert node["x-section"] in HEADINGS
        for note in node.get("x-rules", {}).values():
            assert note.get("basis", "assumed") in BASES
            assert note.get("section", node["x-section"]) in HEADINGS


@each_document
def test_every_field_is_described_with_examples(each: Document) -> None:
    """Every field outside a condition has a description; its examples and its default keep its schema."""
    for name, part in each.resolved.get("properties", {}).items():
        assert part["description"].endswith(".")
        shown = [*part.get("examples", []), *([part["default"]] if "default" in part else [])]
        assert shown or part.get("not") == {}
        for value in shown:
            assert Draft202012Validator(part).is_valid(value), (name, value)


@each_document
def test_every_document_is_described(each: Document) -> None:
    """A document has a title and a description that ends."""
    assert each.title == each.schema["title"]
    assert each.schema["description"].endswith((".", ")."))


@each_document
def test_other_fields_are_allowed(each: Document) -> None:
    """The gateway ignores fields that it does not know, and a client should too."""
    assert "additionalProperties" not in str(each.schema)


def test_no_reference_is_left() -> None:
    """Resolved schemas stand alone."""
    for each in DOCUMENTS.values():
        assert "$ref" not in str(each.resolved)


def test_slugs_are_written_alike() -> None:
    """The models' slugs, the values of model_id and the beginnings of request_id are the same."""
    slugs = [model.slug for model in MODELS.values()]
    assert document("status-document").schema["properties"]["model_id"]["enum"] == slugs
    pattern = raw("answer-fields")["$defs"]["request_id"]["pattern"]
    assert pattern.startswith(f"^({'|'.join(slugs)})_")


def test_an_unknown_document_is_a_key_error() -> None:
    """`document` raises KeyError for a name that there is none of."""
    with pytest.raises(KeyError):
        document("request-fields")
