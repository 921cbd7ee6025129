"""What the handler looks like from outside: kind, parameters, documentation, and a JSON Schema from simple annotations."""

import ast

from scan_rules import HANDLER, PARAMETERS
from scan_scopes import FUNCTIONS

MAX_DOC = 4096
MAX_DEPTH = 8
SCALARS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}
LISTS = {"list", "List", "Sequence", "Iterable"}
BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)
OBJECTS = {"dict", "Dict", "Mapping", "MutableMapping"}


def describe(tree, name, report):
    """The handler's metadata, or None after a report."""
    found = None
    for node in statements(tree.body):
        if isinstance(node, FUNCTIONS) and node.name == name:
            found = node
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", None) == name for t in node.targets):
            found = node
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and any((a.asname or a.name) == name for a in node.names):
            found = node
    if found is None:
        report(HANDLER, 1, "there is no function named '%s' at the top level of this file" % name)
        return None
    if isinstance(found, ast.Assign) and isinstance(found.value, ast.Lambda):
        return summary(found.value, found.lineno, tree, "function", report)
    if not isinstance(found, FUNCTIONS):
        if isinstance(found, ast.Assign) and isinstance(found.value, (ast.Constant, ast.List, ast.Dict, ast.Tuple)):
            report(HANDLER, found.lineno, "'%s' is not a function" % name)
            return None
        return {"kind": "unknown", "line": found.lineno, "parameters": 1, "doc": None, "input": None, "output": None}
    yields = has_yield(found.body)
    if isinstance(found, ast.AsyncFunctionDef):
        kind = "async_generator" if yields else "coroutine"
    else:
        kind = "generator" if yields else "function"
    return summary(found, found.lineno, tree, kind, report)


def statements(body):
    """Top-level statements, those in if, try and with included."""
    for node in body:
        yield node
        if isinstance(node, BLOCKS):
            for part in ("body", "handlers", "orelse", "finalbody"):
                for child in getattr(node, part, []):
                    yield from statements(child.body if isinstance(child, ast.ExceptHandler) else [child])


def has_yield(body):
    work = list(body)
    while work:
        node = work.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, FUNCTIONS + (ast.Lambda, ast.ClassDef)):
            work.extend(ast.iter_child_nodes(node))
    return False


def summary(function, line, tree, kind, report):
    arguments = function.args
    positional = getattr(arguments, "posonlyargs", []) + arguments.args
    required = len(positional) - len(arguments.defaults)
    required_keywords = sum(default is None for default in arguments.kw_defaults)
    if required > 1 or required_keywords or not (positional or arguments.vararg):
        report(PARAMETERS, line, "the handler must accept exactly one argument, the input")
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    doc = ast.get_docstring(function) if isinstance(function, FUNCTIONS) else None
    note = positional[0].annotation if positional else None
    returns = getattr(function, "returns", None)
    return {
        "kind": kind, "line": line, "parameters": len(positional) + len(arguments.kwonlyargs),
        "doc": doc[:MAX_DOC] if doc else None,
        "input": schema(note, classes, 0),
        "output": schema(returns, classes, 0) if kind in ("function", "coroutine") else None,
    }


def schema(note, classes, depth):
    """A JSON Schema, or None where the annotation does not say."""
    if note is None or depth > MAX_DEPTH:
        return None
    if isinstance(note, ast.Constant):
        if note.value is None:
            return {"type": "null"}
        if isinstance(note.value, str):
            try:
                return schema(ast.parse(note.value[:1000], mode="eval").body, classes, depth + 1)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
        return None
    name = last(note)
    if name in SCALARS:
        return {"type": SCALARS[name]}
    if name in LISTS:
        return {"type": "array"}
    if name in OBJECTS:
        return {"type": "object"}
    if name in classes:
        return typed_dict(classes[name], classes, depth)
    if isinstance(note, ast.BinOp) and isinstance(note.op, ast.BitOr):
        return union([note.left, note.right], classes, depth)
    return generic(note, classes, depth) if isinstance(note, ast.Subscript) else None


def last(note):
    return note.id if isinstance(note, ast.Name) else note.attr if isinstance(note, ast.Attribute) else None


def generic(note, classes, depth):
    name = last(note.value)
    key = note.slice
    key = key.value if type(key).__name__ == "Index" else key
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    if name in LISTS:
        items = schema(parts[0], classes, depth + 1)
        return {"type": "array", "items": items} if items else {"type": "array"}
    if name in OBJECTS:
        values = schema(parts[1], classes, depth + 1) if len(parts) == 2 else None
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}
    if name == "Optional":
        return union([parts[0], ast.Constant(value=None)], classes, depth)
    if name == "Union":
        return union(parts, classes, depth)
    if name in ("Annotated", "Required", "NotRequired"):
        return schema(parts[0], classes, depth + 1)
    if name == "Literal" and all(isinstance(p, ast.Constant) and isinstance(p.value, (str, int)) for p in parts):
        return {"enum": [part.value for part in parts]}
    return None


def union(parts, classes, depth):
    choices = [schema(part, classes, depth + 1) for part in parts]
    return None if None in choices else {"anyOf": choices}


def typed_dict(node, classes, depth):
    if "TypedDict" not in [last(parent) for parent in node.bases] or depth > MAX_DEPTH:
        return None
    total = not any(k.arg == "total" and getattr(k.value, "value", True) is False for k in node.keywords)
    properties, required = {}, []
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            properties[field.target.id] = schema(field.annotation, classes, depth + 1) or {}
            wrapper = last(field.annotation.value) if isinstance(field.annotation, ast.Subscript) else None
            if wrapper == "Required" or total and wrapper != "NotRequired":
                required.append(field.target.id)
    return {"type": "object", "properties": properties, "required": required}
