"""What an expression may stand for: dotted paths of modules and their parts, and texts that are known without running them."""

import ast
import base64
import codecs

from scan_rules import SHADOWED, THROUGH, WEAK

MAX_TEXT = 8192
MAX_PATHS = 16
MAX_ROUNDS = 50
MAX_STEPS = 2000000
NAMESPACE = "<globals>"
NOTHING = frozenset()
# Loaded before a skill is, or found before its folder: a file of that name in the archive does not change what they are.
NEVER_LOCAL = SHADOWED | set(THROUGH) | {"posix", "nt", "site", "_imp", "_frozen_importlib", "_frozen_importlib_external"}
BUILTINS = set("eval exec compile breakpoint __import__ getattr hasattr setattr delattr vars globals locals print"
               " __builtins__ __loader__ __spec__ len list tuple sorted set str repr chr reversed map bytes bytearray"
               " object type super dict int ord format".split())
TEXT_METHODS = set("join format replace lower upper strip lstrip rstrip swapcase title casefold decode encode"
                   " removeprefix removesuffix translate zfill capitalize hex split".split())
GETATTRS = {"builtins.getattr", "builtins.hasattr", "builtins.setattr", "builtins.delattr", "inspect.getattr_static",
            "builtins.object.__getattribute__", "builtins.type.__getattribute__"}


class Unknown(Exception):
    """This expression's value cannot be known without running it."""


class Exhausted(Exception):
    """More work than any honest source asks for."""


class Values:
    """Resolves expressions of one module at a time, with a look into the archive's other modules."""

    def __init__(self, exports):
        self.exports = exports  # (path beginning with a dot) -> set of paths
        self.fresh()

    def fresh(self):
        self.known = {}
        self.texts = {}
        self.busy = set()  # bindings that are being followed
        self.reading = set()  # bindings whose text is being read
        self.settled = {}
        self.round = {}
        self.partial = {}
        self.cyclic = self.changed = False
        self.steps = 0

    def step(self):
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Exhausted()

    # --- paths

    def paths(self, node, scope):
        """The dotted paths an expression may stand for; empty if nothing is known of it."""
        found = self.known.get(id(node))
        if found is not None:
            return found
        self.step()
        reader = getattr(self, "of_" + type(node).__name__, None)
        found = reader(node, scope) if reader else NOTHING
        if len(found) > MAX_PATHS:
            raise Exhausted()
        if not self.busy:
            self.known[id(node)] = found
        return found

    def of_Name(self, node, scope):
        bindings, falls = lookup(node.id, scope, (node.lineno, node.col_offset))
        found = set()
        for binding in bindings:
            found |= self.bound(binding)
        if falls:
            for star in scope.module.stars:
                found |= self.canonical(star + "." + node.id)
            if node.id in BUILTINS:
                found.add("builtins." + node.id)
        return frozenset(found)

    def bound(self, binding):
        if binding.path is not None:
            return self.canonical(binding.path)
        if binding.value is None:
            return NOTHING
        key = id(binding)
        if key in self.settled:
            return self.settled[key]
        if key in self.round:
            self.cyclic = self.cyclic or key in self.busy
            return self.round[key]
        if self.busy:
            return self.evaluate(binding)
        for _ in range(MAX_ROUNDS):  # names may refer to each other in circles: until nothing is added any more
            self.round = {}
            self.cyclic = self.changed = False
            found = self.evaluate(binding)
            if not (self.cyclic and self.changed):
                self.settled.update(self.round)
                self.round = {}
                self.partial = {}
                return found
        raise Exhausted()

    def evaluate(self, binding):
        key = id(binding)
        before = self.partial.get(key, NOTHING)
        self.round[key] = before
        self.busy.add(key)
        try:
            found = self.paths(binding.value, binding.scope) | before
        finally:
            self.busy.discard(key)
        self.changed = self.changed or found != before
        self.partial[key] = self.round[key] = found
        return found

    def of_Attribute(self, node, scope):
        return self.part(self.paths(node.value, scope), node.attr)

    def part(self, bases, name):
        found = set()
        for base in bases:
            if name == "__self__" and base.startswith("builtins."):
                found.add("builtins")
            elif base != NAMESPACE:
                found |= self.canonical(base + "." + name)
        if name in WEAK and not found & {"os", "sys", "builtins", "subprocess", "importlib"}:
            found.add("~" + WEAK[name])
        return frozenset(found)

    def of_NamedExpr(self, node, scope):
        return self.paths(node.value, scope)

    def of_IfExp(self, node, scope):
        return self.paths(node.body, scope) | self.paths(node.orelse, scope)

    def of_BoolOp(self, node, scope):
        return frozenset().union(*[self.paths(value, scope) for value in node.values])

    def of_Subscript(self, node, scope):
        base = node.value
        key = index(node)
        if isinstance(base, ast.Attribute) and base.attr == "__dict__":
            owners = self.paths(base.value, scope)
        elif isinstance(base, ast.Call) and "builtins.vars" in self.paths(base.func, scope) and base.args:
            owners = self.paths(base.args[0], scope)
        elif NAMESPACE in self.paths(base, scope):
            return self.of_global(key, scope)
        elif "sys.modules" in self.paths(base, scope):
            return frozenset().union(*[self.canonical(text) for text in self.strings(key, scope) or ()])
        else:
            return NOTHING
        return frozenset().union(*[self.part(owners, text) for text in self.strings(key, scope) or ()])

    def of_global(self, key, scope):
        found = set()
        for text in self.strings(key, scope) or ():
            found |= self.of_Name(ast.Name(id=text, lineno=0, col_offset=0), scope.module)
        return frozenset(found)

    def of_Call(self, node, scope):
        functions = self.paths(node.func, scope)
        if functions & {"builtins.globals", "builtins.locals"} or ("builtins.vars" in functions and not node.args):
            module = scope.outer_function().kind == "module"
            return frozenset([NAMESPACE]) if module or "builtins.globals" in functions else NOTHING
        if functions & GETATTRS and len(node.args) > 1:
            return self.of_getattr(node, scope)
        if functions & {"importlib.import_module", "builtins.__import__", "importlib.__import__"} and node.args:
            found = NOTHING
            for text in self.strings(node.args[0], scope) or ():
                found |= self.canonical(text.partition(".")[0] if "builtins.__import__" in functions else text)
            return found
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in ("get", "pop", "setdefault", "__getitem__") and node.args:
            if NAMESPACE in self.paths(node.func.value, scope):
                return self.of_global(node.args[0], scope)
        if method == "__getattribute__" and node.args:
            texts = self.strings(node.args[-1], scope) or ()
            return frozenset().union(*[self.part(self.paths(node.func.value, scope), text) for text in texts])
        return self.of_getter(node, scope)

    def of_getattr(self, node, scope):
        bases = self.paths(node.args[0], scope)
        texts = self.strings(node.args[1], scope)
        if texts is None:
            return frozenset(["~os"]) if any("." not in base and base.isidentifier() for base in bases) else NOTHING
        return frozenset().union(*[self.part(bases, text) for text in texts])

    def of_getter(self, node, scope):
        """operator.attrgetter("a.b")(x)"""
        getter = node.func
        if not (isinstance(getter, ast.Call) and getter.args and node.args):
            return NOTHING
        if "operator.attrgetter" not in self.paths(getter.func, scope):
            return NOTHING
        found = set()
        for text in self.strings(getter.args[0], scope) or ():
            bases = self.paths(node.args[0], scope)
            for name in text.split("."):
                bases = self.part(bases, name)
            found |= bases
        return frozenset(found)

    def canonical(self, path):
        """A path by the name its target is known by: shutil.os.system is os.system."""
        self.step()
        if path.startswith("."):
            return self.exports(path) or NOTHING
        parts = path.split(".")
        local = self.exports("." + path) if parts[0] not in NEVER_LOCAL else None
        if local:
            return local
        for number in range(min(len(parts), 64) - 1, 0, -1):
            target = THROUGH.get(parts[number])
            if target is not None and not path.startswith("~"):
                return frozenset([".".join([target] + parts[number + 1:])])
        return NOTHING if local is not None else frozenset([path[:400]])

    # --- texts

    def strings(self, node, scope):
        """Every text an expression may be, or None if that cannot be known."""
        key = id(node)
        if key in self.texts:
            return self.texts[key]
        found = self.candidates(node, scope, 0)
        if not self.reading and not self.busy:
            self.texts[key] = found
        return found

    def candidates(self, node, scope, depth):
        if depth > 20:
            return None
        if isinstance(node, ast.IfExp):
            choices = [self.candidates(part, scope, depth + 1) for part in (node.body, node.orelse)]
        elif isinstance(node, ast.Name):
            bindings, falls = lookup(node.id, scope, (node.lineno, node.col_offset))
            if not bindings or any(b.value is None or id(b) in self.reading for b in bindings[:9]) or len(bindings) > 8:
                return None
            choices = []
            for binding in bindings:
                self.reading.add(id(binding))
                choices.append(self.candidates(binding.value, binding.scope, depth + 1))
                self.reading.discard(id(binding))
        else:
            try:
                value = self.fold(node, scope, depth)
            except Unknown:
                return None
            except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
                return None
            return frozenset([value]) if isinstance(value, str) else None
        return None if None in choices else frozenset().union(*choices)

    def fold(self, node, scope, depth=0):
        self.step()
        folder = getattr(self, "fold_" + type(node).__name__, None)
        if folder is None or depth > 200:
            raise Unknown()
        value = folder(node, scope, depth + 1)
        if isinstance(value, (str, bytes, tuple)) and len(value) > MAX_TEXT:
            raise Unknown()
        if isinstance(value, int) and abs(value) > 1 << 64:
            raise Unknown()
        return value

    def fold_Constant(self, node, scope, depth):
        if isinstance(node.value, (str, bytes, int)):
            return node.value
        raise Unknown()

    def fold_Name(self, node, scope, depth):
        bindings, _ = lookup(node.id, scope, (node.lineno, node.col_offset))
        if len(bindings) != 1 or bindings[0].value is None or id(bindings[0]) in self.reading:
            raise Unknown()
        self.reading.add(id(bindings[0]))
        try:
            return self.fold(bindings[0].value, bindings[0].scope, depth)
        finally:
            self.reading.discard(id(bindings[0]))

    def fold_Tuple(self, node, scope, depth):
        return tuple(self.fold(item, scope, depth) for item in node.elts[:MAX_TEXT])

    fold_List = fold_Tuple

    def fold_UnaryOp(self, node, scope, depth):
        value = self.fold(node.operand, scope, depth)
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        raise Unknown()

    def fold_BinOp(self, node, scope, depth):
        left = self.fold(node.left, scope, depth)
        right = self.fold(node.right, scope, depth)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub) and isinstance(left, int):
            return left - right
        if isinstance(node.op, ast.BitXor) and isinstance(left, int):
            return left ^ right
        if isinstance(node.op, ast.Mult) and isinstance(left, int) and isinstance(right, int):
            return left * right
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            if any(len(digits) > 3 for digits in "".join(c if c.isdigit() else " " for c in left).split()):
                raise Unknown()
            return left % right
        raise Unknown()

    def fold_JoinedStr(self, node, scope, depth):
        return "".join(self.fold(part, scope, depth) for part in node.values)

    def fold_FormattedValue(self, node, scope, depth):
        if node.format_spec is not None:
            raise Unknown()
        value = self.fold(node.value, scope, depth)
        if isinstance(value, (bytes, tuple)):
            raise Unknown()
        return str(value)

    def fold_Subscript(self, node, scope, depth):
        value = self.fold(node.value, scope, depth)
        key = index(node)
        if isinstance(key, ast.Slice):
            bounds = [None if part is None else self.fold(part, scope, depth)
                      for part in (key.lower, key.upper, key.step)]
            return value[slice(*bounds)]
        return value[self.fold(key, scope, depth)]

    def fold_comprehension(self, node, scope, depth):
        """[chr(i) for i in (...)]: the one shape that spells names."""
        part = node.generators[0]
        if len(node.generators) != 1 or part.ifs or not isinstance(part.target, ast.Name):
            raise Unknown()
        if isinstance(node.elt, ast.Name) and node.elt.id == part.target.id:
            return tuple(self.sequence(part.iter, scope, depth))
        call = node.elt
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "chr"
                and len(call.args) == 1):
            raise Unknown()
        shift = call.args[0]
        items = self.sequence(part.iter, scope, depth)
        if isinstance(shift, ast.Name):
            return tuple(chr(item) for item in items)
        if isinstance(shift, ast.BinOp) and isinstance(shift.left, ast.Name):
            right = self.fold(shift.right, scope, depth)
            sign = {ast.Add: lambda i: i + right, ast.Sub: lambda i: i - right, ast.BitXor: lambda i: i ^ right}
            return tuple(chr(sign[type(shift.op)](item)) for item in items)
        raise Unknown()

    fold_ListComp = fold_GeneratorExp = fold_comprehension

    def sequence(self, node, scope, depth):
        value = self.fold(node, scope, depth)
        if isinstance(value, int):
            raise Unknown()
        return value

    def fold_Call(self, node, scope, depth):
        if node.keywords:
            raise Unknown()
        function = node.func
        if isinstance(function, ast.Name):
            return self.fold_builtin(function.id, node, scope, depth)
        if not isinstance(function, ast.Attribute):
            raise Unknown()
        paths = self.paths(function, scope)
        arguments = [self.fold(argument, scope, depth) for argument in node.args]
        if "base64.b64decode" in paths:
            return base64.b64decode(arguments[0])
        if "codecs.decode" in paths and arguments[1:] in (["rot13"], ["rot_13"]):
            return codecs.decode(arguments[0], "rot13")
        if function.attr == "fromhex" and isinstance(function.value, ast.Name):
            return bytes.fromhex(arguments[0])
        if function.attr not in TEXT_METHODS:
            raise Unknown()
        owner = self.fold(function.value, scope, depth)
        if not isinstance(owner, (str, bytes)) or function.attr in ("zfill", "translate"):
            raise Unknown()
        if function.attr in ("decode", "encode"):
            return getattr(owner, function.attr)("utf-8", "replace")
        if function.attr == "format" and any(c.isdigit() or c in ":.[" for c in owner):
            if not all(part.isdigit() and len(part) < 3 for part in fields(owner)):
                raise Unknown()
        if function.attr in ("replace", "join") and len(owner) * 64 > 1 << 20:
            raise Unknown()
        value = getattr(owner, function.attr)(*arguments)
        return tuple(value) if isinstance(value, list) else value

    def fold_builtin(self, name, node, scope, depth):
        arguments = node.args
        if name == "map" and len(arguments) == 2 and isinstance(arguments[0], ast.Name) and arguments[0].id == "chr":
            return tuple(chr(item) for item in self.sequence(arguments[1], scope, depth))
        values = [self.fold(argument, scope, depth) for argument in arguments]
        if name == "chr" and len(values) == 1:
            return chr(values[0])
        if name == "ord" and len(values) == 1:
            return ord(values[0])
        if name == "reversed" and len(values) == 1:
            return tuple(values[0][::-1])
        if name in ("tuple", "list") and len(values) == 1 and not isinstance(values[0], int):
            return tuple(values[0])
        if name in ("bytes", "bytearray") and len(values) == 1 and isinstance(values[0], (tuple, bytes)):
            return bytes(values[0])
        if name == "str" and values and isinstance(values[0], bytes):
            return values[0].decode("utf-8", "replace")
        if name == "str" and len(values) == 1 and isinstance(values[0], (str, int)):
            return str(values[0])
        raise Unknown()

    def sketch(self, node, scope, depth=0):
        """The text of an expression with a question mark for what is not known, or None if it is no text."""
        self.step()
        if depth > 60:
            return "?"
        if isinstance(node, ast.Constant):
            if isinstance(node.value, bytes):
                return node.value[:MAX_TEXT].decode("latin-1")
            return node.value[:MAX_TEXT] if isinstance(node.value, str) else "?"
        if isinstance(node, ast.JoinedStr):
            return "".join(self.sketch(part, scope, depth + 1) for part in node.values)[:MAX_TEXT]
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            known = self.strings(node, scope)
            if known:
                return max(known)
            left = self.sketch(node.left, scope, depth + 1)
            right = self.sketch(node.right, scope, depth + 1)
            return (left + right if isinstance(node.op, ast.Add) else left)[:MAX_TEXT]
        inner = node.value if isinstance(node, ast.FormattedValue) else node
        known = self.strings(inner, scope) if isinstance(inner, (ast.Name, ast.Call, ast.Subscript)) else None
        if known:
            return max(known)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return self.sketch(node.func.value, scope, depth + 1)
        return "?"


def fields(text):
    """The replacement fields' insides, empty ones left out."""
    found = []
    for part in text.split("{")[1:]:
        name = part.partition("}")[0]
        if name:
            found.append(name)
    return found


def index(node):
    """A subscript's key; Python 3.8 wraps it."""
    key = node.slice
    return key.value if type(key).__name__ == "Index" else key


def lookup(name, scope, at):
    """The bindings a name may have at a place, and whether it may also be a builtin (or come from a star import)."""
    found = []
    first = scope
    while scope is not None:
        if scope.kind == "class" and scope is not first:
            scope = scope.parent
            continue
        scope = scope.elsewhere.get(name, scope)
        bindings = scope.names.get(name)
        if bindings:
            found.extend(bindings)
            if scope.kind in ("function", "comp"):
                return found, False
            if name not in scope.deleted and any(b.sure and b.at <= at for b in bindings):
                return found, False
        scope = scope.parent
    return found, True
