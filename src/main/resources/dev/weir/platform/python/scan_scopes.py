"""Which names a module binds, where, and to what: Python's scoping rules, without running anything."""

import ast

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Binding:
    """One way a name gets a value: a dotted path (an import), an expression, or something unknown."""

    __slots__ = ("path", "value", "scope", "sure", "at")

    def __init__(self, scope, path=None, value=None, sure=False, at=(0, 0)):
        self.scope = scope
        self.path = path
        self.value = value
        self.sure = sure  # a statement of the module's or class's own body: it is run, and it is run at this place
        self.at = at


class Scope:
    __slots__ = ("kind", "parent", "module", "names", "elsewhere", "stars", "deleted")

    def __init__(self, kind, parent, module=None):
        self.kind = kind
        self.parent = parent
        self.module = module or self
        self.names = {}
        self.elsewhere = {}  # name -> scope, for global and nonlocal
        self.stars = []
        self.deleted = set()

    def bind(self, name, binding):
        home = self.elsewhere.get(name, self)
        if home is not self:
            binding.sure = False
        home.names.setdefault(name, []).append(binding)

    def outer_function(self):
        scope = self
        while scope.kind == "comp":
            scope = scope.parent
        return scope


class Collector:
    """Builds the scopes of one module; iterative, since trees may be deep."""

    def __init__(self, tree, package):
        self.package = package  # dotted name of the package this module lies in, "" at the top
        self.module = Scope("module", None)
        self.scopes = {id(tree): self.module}
        self.work = [(tree, self.module, False)]
        while self.work:
            self.take(*self.work.pop())

    def take(self, node, scope, sure):
        if isinstance(node, ast.Module):
            self.later(node.body, scope, True)
        elif isinstance(node, FUNCTIONS) or isinstance(node, ast.Lambda):
            self.function(node, scope, sure)
        elif isinstance(node, ast.ClassDef):
            scope.bind(node.name, Binding(scope, sure=sure, at=end(node)))
            inner = self.scope(node, "class", scope)
            self.later(node.body, inner, True)
            self.later(node.decorator_list + node.bases + node.keywords, scope)
        elif isinstance(node, COMPREHENSIONS):
            inner = self.scope(node, "comp", scope)
            for number, part in enumerate(node.generators):
                self.opaque(part.target, inner)
                self.later([part.iter], inner if number else scope)
                self.later(part.ifs, inner)
            self.later([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner)
        else:
            self.statement(node, scope, sure)
            self.later(ast.iter_child_nodes(node), scope)

    def later(self, nodes, scope, sure=False):
        self.work.extend((node, scope, sure) for node in reversed(list(nodes)))

    def scope(self, node, kind, parent):
        inner = Scope(kind, parent, self.module)
        self.scopes[id(node)] = inner
        return inner

    def function(self, node, scope, sure):
        inner = self.scope(node, "function", scope)
        arguments = node.args
        everything = parameters(arguments)
        for argument in everything:
            inner.bind(argument.arg, Binding(inner))
        if isinstance(node, ast.Lambda):
            self.later([node.body], inner)
        else:
            first = node.body[0]
            scope.bind(node.name, Binding(scope, sure=sure, at=(first.lineno, first.col_offset)))
            declare(node.body, inner)
            self.later(node.body, inner)
            self.later(node.decorator_list + [node.returns] * (node.returns is not None), scope)
            self.later([a.annotation for a in everything if a.annotation is not None], scope)
        self.later(arguments.defaults + [d for d in arguments.kw_defaults if d is not None], scope)

    def statement(self, node, scope, sure):
        at = end(node)
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                path = alias.name if alias.asname else name
                scope.bind(name, Binding(scope, path=path, sure=sure, at=at))
        elif isinstance(node, ast.ImportFrom):
            source = import_base(node, self.package)
            for alias in node.names:
                if alias.name == "*":
                    scope.stars.append(source)
                else:
                    path = source + "." + alias.name
                    scope.bind(alias.asname or alias.name, Binding(scope, path=path, sure=sure, at=at))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self.assign(target, node.value, scope, sure, at)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.assign(node.target, node.value, scope, sure, at)
            elif isinstance(node.target, ast.Name) and scope.kind == "function":
                scope.bind(node.target.id, Binding(scope))
        elif isinstance(node, ast.NamedExpr):
            home = scope.outer_function()
            home.bind(node.target.id, Binding(scope, value=node.value))
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.AugAssign)):
            self.opaque(node.target, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self.opaque(node.optional_vars, scope)
        elif isinstance(node, ast.Delete):
            for target in ast.walk(node):
                if isinstance(target, ast.Name):
                    scope.deleted.add(target.id)
        elif type(node).__name__ in ("ExceptHandler", "MatchAs", "MatchStar") and node.name:
            scope.bind(node.name, Binding(scope))
        elif type(node).__name__ == "MatchMapping" and node.rest:
            scope.bind(node.rest, Binding(scope))

    def assign(self, target, value, scope, sure, at):
        if isinstance(target, ast.Name):
            scope.bind(target.id, Binding(scope, value=value, sure=sure, at=at))
        elif pairwise(target, value):
            for part, item in zip(target.elts, value.elts):
                self.assign(part, item, scope, sure, at)
        else:
            self.opaque(target, scope)

    def opaque(self, target, scope):
        work = [target]
        while work:
            part = work.pop()
            if isinstance(part, ast.Name):
                scope.bind(part.id, Binding(scope))
            elif isinstance(part, (ast.Tuple, ast.List)):
                work.extend(part.elts)
            elif isinstance(part, ast.Starred):
                work.append(part.value)


def declare(body, scope):
    """global and nonlocal hold for the whole function, wherever they stand in it."""
    work = list(body)
    while work:
        node = work.pop()
        if isinstance(node, ast.Global):
            scope.elsewhere.update((name, scope.module) for name in node.names)
        elif isinstance(node, ast.Nonlocal):
            for name in node.names:
                outer = scope.parent
                while outer is not None and not (outer.kind == "function" and name in outer.names):
                    outer = outer.parent
                if outer is not None:
                    scope.elsewhere[name] = outer
        elif isinstance(node, ast.stmt) and not isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            work.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))
        elif isinstance(node, ast.ExceptHandler) or type(node).__name__ == "match_case":
            work.extend(node.body)


def parameters(arguments):
    found = getattr(arguments, "posonlyargs", []) + arguments.args + arguments.kwonlyargs
    return found + [a for a in (arguments.vararg, arguments.kwarg) if a is not None]


def pairwise(target, value):
    sequence = (ast.Tuple, ast.List)
    return (isinstance(target, sequence) and isinstance(value, sequence) and len(target.elts) == len(value.elts)
            and not any(isinstance(item, ast.Starred) for item in target.elts + value.elts))


def import_base(node, package):
    """The dotted module a from-import reads; relative ones begin with a dot and are of this archive."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[:max(0, len(parts) - node.level + 1)]
    return "." + ".".join(kept + ([node.module] if node.module else []))


def end(node):
    return getattr(node, "end_lineno", None) or getattr(node, "lineno", 0), getattr(node, "end_col_offset", None) or 0
