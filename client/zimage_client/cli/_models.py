"""What both models take, and what they cost."""

from __future__ import annotations

from typing import Any

from zimage_schemas import MODELS, Model, rules


def models_json() -> list[dict[str, Any]]:
    """Return the models for a script."""
    return [
        {
            "name": model.name,
            "title": model.title,
            "slug": model.slug,
            "price_usd": str(model.price),
            "price_basis": model.price_basis,
            "fields": [_field(model, name) for name in model.request.resolved["properties"]],
        }
        for model in MODELS.values()
    ]


def models_table() -> str:
    """Return the models for a reader."""
    parts = []
    for model in models_json():
        rows = [("field", "takes", "default", "basis")]
        rows += [
            (each["name"], each["takes"], _default(each), "; ".join(each["basis"]))
            for each in model["fields"]
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        price = f"${model['price_usd']} a picture ({model['price_basis']})"
        lines = [f"{model['name']}: {model['title']}, {price}"]
        for row in rows:
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            lines.append(f"  {cells}  {row[3]}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _field(model: Model, name: str) -> dict[str, Any]:
    schema = model.request.resolved["properties"][name]
    required = name in model.request.schema["required"]
    return {
        "name": name,
        "type": schema["type"],
        "takes": _takes(schema),
        "required": required,
        **({} if required else {"default": schema.get("default")}),
        "basis": _bases(model, name),
    }


def _takes(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "minimum" in schema:
        return f"{schema['type']}, {schema['minimum']} to {schema['maximum']}"
    return "text, not empty" if schema["type"] == "string" else str(schema["type"])


def _default(field: dict[str, Any]) -> str:
    if field["required"]:
        return "(required)"
    value = field["default"]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bases(model: Model, name: str) -> list[str]:
    """Return the bases of a field's rules, the commonest first; of the others also which rules."""
    own = {f"{model.request.name}.{name}.": "", f"request-fields.{name}.": ""}
    found: dict[str, list[str]] = {}
    for each in rules():
        if each.id.startswith(tuple(own)):
            found.setdefault(each.basis, []).append(each.id.rpartition(".")[2])
    (first, _), *others = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [first, *(f"{', '.join(names)}: {basis}" for basis, names in others)]
