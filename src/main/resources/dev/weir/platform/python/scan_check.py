"""Walks one module and reports every use of what the rules refuse. A name used as a value is a use; no call is needed."""

import ast

import scan_rules as rules
from scan_scopes import import_base, pairwise, parameters
from scan_values import GETATTRS, NAMESPACE, index

VALUE = 0  # the value goes somewhere: a guarded module must not
FOLLOWED = 1  # the value is asked for a part, or gets a name that is followed


class Check:
    def __init__(self, scopes, package, values, report):
        self.scopes = scopes
        self.package = package
        self.values = values
        self.report = report
        self.talk = False  # text here is compared, listed or printed, not opened
        self.kept = []
        self.folded = False  # part of a text that was looked at as a whole

    # --- reports

    def refuse(self, rule, node, message):
        self.report(rule, getattr(node, "lineno", self.line), message)

    def dangerous(self, path, node):
        weak = path.startswith("~")
        found = rules.danger(path[1:] if weak else path)
        if weak and path.startswith("~subprocess"):
            member = path.split(".")[1:2]
            found = found if member and member[0] in rules.WEAK_SUBPROCESS else None
        if weak and found and found[1].endswith("__dict__"):
            found = None
        if found:
            rule, name = found
            self.refuse(rule, node, "'%s' %s" % (name.replace("builtins.", ""), rules.WHY[rule]))
        owner, _, last = path.rpartition(".")
        if owner in rules.GUARDED and last in rules.DYNAMIC and not found:
            self.dynamic(owner, node)

    def dynamic(self, module, node):
        self.refuse(rules.GUARDED[module], node,
                    "a part of the module '%s' is looked up by a name that is not written out" % module)

    def attribute(self, name, node):
        rule = rules.ATTRIBUTES.get(name)
        if rule:
            self.refuse(rule, node, "'%s' %s" % (name, rules.WHY[rule]))

    def value(self, paths, node, role, scope):
        """What a resolved expression means where it stands."""
        for path in paths:
            self.dangerous(path, node)
            if role == VALUE and path in rules.GUARDED:
                self.refuse(rules.GUARDED[path], node, "the module '%s' is handed on as a value; use its parts by name,"
                            " as in %s.name" % (path, path))
            elif role == VALUE and path in (NAMESPACE, "builtins.globals"):
                self.refuse(rules.INTROSPECTION, node, "globals() is handed on as a value")
            elif role == VALUE and path in ("importlib.import_module", "operator.attrgetter"):
                self.refuse(rules.IMPORT, node, "'%s' is handed on as a value" % path)

    # --- the walk

    def visit(self, node, scope, role=VALUE):
        self.values.step()
        method = getattr(self, "on_" + type(node).__name__, None)
        if method:
            method(node, scope, role)
        else:
            self.children(node, self.scopes.get(id(node), scope))

    def all(self, nodes, scope, role=VALUE):
        for node in nodes:
            if node is not None:
                self.visit(node, scope, role)

    def children(self, node, scope):
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope)

    def module(self, tree):
        self.line = 1
        self.visit(tree, self.scopes[id(tree)])

    def on_Import(self, node, scope, role):
        for alias in node.names:
            for path in self.values.canonical(alias.name):
                self.dangerous(path, node)

    def on_ImportFrom(self, node, scope, role):
        source = import_base(node, self.package)
        for alias in node.names:
            if alias.name == "*":
                targets = self.values.canonical(source)
                if targets & {"os", "builtins"}:
                    self.refuse(rules.PROCESS, node, "'from %s import *' imports what starts processes" % source)
            else:
                targets = self.values.canonical(source + "." + alias.name)
                self.attribute(alias.name, node)
            for path in targets:
                self.dangerous(path, node)
                if scope.kind == "class" and path in rules.GUARDED:
                    self.refuse(rules.GUARDED[path], node, "the module '%s' becomes a class attribute" % path)

    def on_FunctionDef(self, node, scope, role):
        inner = self.scopes[id(node)]
        self.all(node.decorator_list, scope)
        self.all(node.args.defaults, scope)
        self.all(node.args.kw_defaults, scope)
        for note in [a.annotation for a in parameters(node.args)] + [node.returns]:
            self.annotation(note, scope)
        self.all(getattr(node, "type_params", []), scope)
        self.all(node.body, inner)

    on_AsyncFunctionDef = on_FunctionDef

    def on_Lambda(self, node, scope, role):
        self.all(node.args.defaults, scope)
        self.all(node.args.kw_defaults, scope)
        self.visit(node.body, self.scopes[id(node)])

    def on_ClassDef(self, node, scope, role):
        self.all(node.decorator_list, scope)
        self.all(node.bases, scope)
        self.all(node.keywords, scope)
        self.all(getattr(node, "type_params", []), scope)
        self.all(node.body, self.scopes[id(node)])

    def on_comprehension_of(self, node, scope, role):
        inner = self.scopes[id(node)]
        for number, part in enumerate(node.generators):
            self.visit(part.iter, inner if number else scope)
            self.visit(part.target, inner)
            self.all(part.ifs, inner)
        self.all([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt], inner)

    on_ListComp = on_SetComp = on_DictComp = on_GeneratorExp = on_comprehension_of

    def annotation(self, note, scope):
        """Texts in annotations are code: typing.get_type_hints runs them."""
        if note is None:
            return
        for part in ast.walk(note):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and not part.value.isidentifier():
                self.text_as_code(part, scope)
        self.visit(note, scope)

    def text_as_code(self, part, scope):
        if "(" not in part.value and "__" not in part.value and "." not in part.value:
            return
        try:
            tree = ast.parse(part.value.strip()[:4000], mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return  # data, as in Annotated[str, "in metres (SI)"]
        self.kept.append(tree)  # what is known of a node is kept by its identity
        for inner in ast.walk(tree):
            if isinstance(inner, (ast.Name, ast.Attribute)):
                for name in [inner.attr] if isinstance(inner, ast.Attribute) else []:
                    self.attribute(name, part)
                inner.lineno = part.lineno
                for path in self.values.paths(inner, scope):
                    self.dangerous(path, part)

    def on_Expr(self, node, scope, role):
        if not (isinstance(node.value, ast.Constant) and isinstance(node.value.value, (str, bytes))):
            self.visit(node.value, scope, FOLLOWED)

    def on_Assign(self, node, scope, role):
        for target in node.targets:
            self.target(target, scope)
        followed = scope.kind != "class" and all(self.named(target, node.value) for target in node.targets)
        self.assigned(node.value, scope, followed)

    def assigned(self, value, scope, followed):
        if isinstance(value, (ast.Tuple, ast.List)) and followed == "pairs":
            for item in value.elts:
                self.assigned(item, scope, self.pairs(item))
        else:
            self.visit(value, scope, FOLLOWED if followed else VALUE)

    @staticmethod
    def pairs(item):
        return "pairs" if isinstance(item, (ast.Tuple, ast.List)) else True

    def named(self, target, value):
        if isinstance(target, ast.Name):
            return not isinstance(value, (ast.Tuple, ast.List)) or False
        if pairwise(target, value):
            return all(isinstance(part, ast.Name) for part in target.elts) and "pairs"
        return False

    def on_AnnAssign(self, node, scope, role):
        self.target(node.target, scope)
        self.annotation(node.annotation, scope)
        if node.value is not None:
            followed = isinstance(node.target, ast.Name) and scope.kind != "class"
            self.visit(node.value, scope, FOLLOWED if followed else VALUE)

    def on_AugAssign(self, node, scope, role):
        self.target(node.target, scope)
        self.visit(node.value, scope)

    def on_Delete(self, node, scope, role):
        for target in node.targets:
            self.target(target, scope)

    def target(self, target, scope):
        """Writes: to the import machinery, and to the variables loaders obey."""
        inner = target.value if isinstance(target, (ast.Subscript, ast.Starred)) else target
        if isinstance(inner, (ast.Name, ast.Attribute)) and not (inner is target and isinstance(inner, ast.Name)):
            paths = self.values.paths(inner, scope)
            if "sys.path" in paths:
                self.refuse(rules.IMPORT, target, "'sys.path' is changed")
            if "os.environ" in paths and isinstance(target, ast.Subscript):
                self.loader_key(index(target), scope)
        if isinstance(target, ast.Subscript) and NAMESPACE in self.values.paths(target.value, scope):
            self.visit(index(target), scope)
            return
        self.visit(target, scope)

    def loader_key(self, key, scope):
        if (self.values.strings(key, scope) or frozenset()) & rules.LOADER_KEYS:
            self.refuse(rules.IMPORT, key, "an environment variable that loaders obey is set")

    def on_NamedExpr(self, node, scope, role):
        self.visit(node.value, scope, role)

    def on_IfExp(self, node, scope, role):
        self.visit(node.test, scope)
        self.visit(node.body, scope, role)
        self.visit(node.orelse, scope, role)

    def on_BoolOp(self, node, scope, role):
        self.all(node.values, scope, role)

    def on_Name(self, node, scope, role):
        if isinstance(node.ctx, ast.Load):
            if node.id in ("__builtins__", "__loader__", "__spec__"):
                self.attribute(node.id, node)
            self.value(self.values.paths(node, scope), node, role, scope)

    def on_Attribute(self, node, scope, role):
        self.attribute(node.attr, node)
        self.value(self.values.paths(node, scope), node, role, scope)
        self.visit(node.value, scope, FOLLOWED)

    def on_Subscript(self, node, scope, role):
        self.value(self.values.paths(node, scope), node, role, scope)
        key = index(node)
        if NAMESPACE in self.values.paths(node.value, scope) and self.values.strings(key, scope) is None:
            self.refuse(rules.INTROSPECTION, node, "globals() is asked for a name that is not written out")
        base = node.value
        if isinstance(base, ast.Attribute) and base.attr == "__dict__" or isinstance(base, ast.Call):
            for text in self.values.strings(key, scope) or ():
                if text.startswith("__"):
                    self.attribute(text, node)
        self.visit(node.value, scope, FOLLOWED)
        self.visit(key, scope)

    def on_Compare(self, node, scope, role):
        talk, self.talk = self.talk, True
        self.visit(node.left, scope)
        self.all(node.comparators, scope, FOLLOWED)  # x in globals()
        self.talk = talk

    def listed(self, node, scope, role):
        talk = self.talk
        self.talk = talk or not self.in_call
        self.children(node, scope)
        self.talk = talk

    on_List = on_Tuple = on_Set = on_Dict = listed
    in_call = False

    # --- calls

    def on_Call(self, node, scope, role):
        functions = self.values.paths(node.func, scope)
        self.value(self.values.paths(node, scope), node, role, scope)
        followed = self.call(node, functions, scope)
        self.visit(node.func, scope, FOLLOWED)
        before = self.talk, self.in_call, self.folded
        self.talk, self.in_call, self.folded = self.is_talk(node, functions), True, False
        for number, argument in enumerate(node.args):
            self.argument(argument, scope, FOLLOWED if number < followed else VALUE)
        for keyword in node.keywords:
            self.argument(keyword.value, scope, VALUE)
        self.talk, self.in_call, self.folded = before

    def argument(self, node, scope, role):
        if not self.talk and isinstance(node, ast.Name):
            self.opened(node, scope, True)
        self.visit(node, scope, role)

    @staticmethod
    def is_talk(node, functions):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return (name in rules.TALK or name.endswith(("Error", "Exception"))
                or any(path.startswith(rules.TALK_MODULES) for path in functions))

    def call(self, node, functions, scope):
        """What only a call shows; how many leading arguments are followed rather than handed on."""
        for keyword in node.keywords:
            self.keyword(keyword, node, functions, scope)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if functions & GETATTRS and len(node.args) > 1:
            self.lookup(node.args[0], node.args[1], node, scope)
            return 1
        if "builtins.vars" in functions and node.args:
            for path in self.values.paths(node.args[0], scope) & set(rules.GUARDED):
                self.dynamic(path, node)
            return 1
        if method == "__getattribute__" and node.args:
            self.lookup(node.func.value, node.args[-1], node, scope)
        elif "importlib.import_module" in functions:
            self.imported(node, scope)
        elif functions & {"operator.attrgetter", "operator.methodcaller"}:
            self.getter(node, scope)
        elif functions & {"types.FunctionType", "types.LambdaType"}:
            self.refuse(rules.EXEC, node, "a function is made from a code object")
        elif "typing.ForwardRef" in functions and node.args and isinstance(node.args[0], ast.Constant):
            if isinstance(node.args[0].value, str):
                self.text_as_code(node.args[0], scope)
        elif method == "mro" and not node.args:
            self.refuse(rules.INTROSPECTION, node, "'mro' %s" % rules.WHY[rules.INTROSPECTION])
        else:
            self.data(node, functions, method, scope)
        return 0

    def data(self, node, functions, method, scope):
        if functions & {"yaml.load", "yaml.load_all"}:
            loaders = node.args[1:2] + [k.value for k in node.keywords if k.arg == "Loader"]
            names = self.values.paths(loaders[0], scope) if loaders else ()
            if not names or not all(name.rpartition(".")[2] in ("SafeLoader", "CSafeLoader", "BaseLoader", "FullLoader")
                                    or not name.startswith("yaml") for name in names):
                self.refuse(rules.DESERIALISE, node, "yaml.load without a safe loader; use yaml.safe_load")
        if "numpy.load" in functions and len(node.args) > 2 and getattr(node.args[2], "value", True) is not False:
            self.refuse(rules.DESERIALISE, node, "numpy.load with pickles allowed")
        if functions & {"os.putenv", "os.environ.setdefault", "os.environ.__setitem__"} and node.args:
            self.loader_key(node.args[0], scope)
        if any(path.startswith(("builtins.list.", "operator.", "bisect.", "functools.")) for path in functions):
            if any("sys.path" in self.values.paths(argument, scope) for argument in node.args):
                self.refuse(rules.IMPORT, node, "'sys.path' is changed")
        if method in ("get", "pop", "setdefault", "__getitem__", "items", "values", "copy"):
            if NAMESPACE in self.values.paths(node.func.value, scope) and not (
                    node.args and self.values.strings(node.args[0], scope)):
                self.refuse(rules.INTROSPECTION, node, "globals() is asked for a name that is not written out")

    def keyword(self, keyword, node, functions, scope):
        fixed = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "allow_pickle" and fixed is not False:
            self.refuse(rules.DESERIALISE, node, "allow_pickle %s" % rules.WHY[rules.DESERIALISE])
        elif keyword.arg == "weights_only" and fixed is False:
            self.refuse(rules.DESERIALISE, node, "weights_only=False %s" % rules.WHY[rules.DESERIALISE])
        elif keyword.arg == "typ" and fixed == "unsafe":
            self.refuse(rules.DESERIALISE, node, "an unsafe YAML loader %s" % rules.WHY[rules.DESERIALISE])

    def lookup(self, base, name, node, scope):
        """getattr and its kin."""
        texts = self.values.strings(name, scope)
        for text in texts or ():
            self.attribute(text, node)
            for path in self.values.part(self.values.paths(base, scope), text):
                self.dangerous(path, node)
        if texts is None:
            for path in self.values.paths(base, scope) & set(rules.GUARDED):
                self.dynamic(path, node)

    def imported(self, node, scope):
        texts = self.values.strings(node.args[0], scope) if node.args else None
        if texts is None:
            self.refuse(rules.IMPORT, node, "a module is imported by a name that is not written out")
        for text in texts or ():
            for path in self.values.canonical(text) if not text.startswith(".") else ():
                self.dangerous(path, node)

    def getter(self, node, scope):
        for argument in node.args:
            texts = self.values.strings(argument, scope)
            for text in texts or ():
                parts = text.split(".")
                bases = frozenset()
                for part in parts:
                    self.attribute(part, node)
                    bases = self.values.part(bases, part)
                for path in bases:
                    self.dangerous(path, node)

    # --- texts

    def on_Constant(self, node, scope, role):
        if isinstance(node.value, (str, bytes)) and len(node.value) > 8 or node.value == "/proc":
            self.opened(node, scope, self.in_call)

    def on_JoinedStr(self, node, scope, role):
        self.whole(node, scope)

    def on_BinOp(self, node, scope, role):
        self.whole(node, scope)

    def whole(self, node, scope):
        if self.folded:
            self.children(node, scope)
            return
        self.opened(node, scope, self.in_call)
        self.folded = True
        self.children(node, scope)
        self.folded = False

    def opened(self, node, scope, in_call):
        text = self.values.sketch(node, scope)
        if not isinstance(text, str) or len(text) < 5:
            return
        walk = rules.FORMAT_WALK.search(text)
        if walk:
            self.refuse(rules.INTROSPECTION, node, "a format string reaches for '%s'" % walk.group(1))
        if self.talk or self.folded:
            return
        if rules.HOST_PATH.fullmatch(text) and (in_call or text != "/proc"):
            self.refuse(rules.SECRETS, node, "this path belongs to the host, not to a skill")
        elif rules.METADATA_URL.fullmatch(text) or in_call and rules.METADATA_NAME.fullmatch(text):
            self.refuse(rules.SECRETS, node, "this is the address of an instance-metadata or credentials service")
        elif in_call and rules.HOOK_FILE.fullmatch(text):
            self.refuse(rules.IMPORT, node, "this file is run by every Python that starts")
