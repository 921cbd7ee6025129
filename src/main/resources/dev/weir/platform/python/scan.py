"""Reads the Python source of a package and says what is wrong with it; runs none of it.

Standard library only, Python 3.8 or newer, started as: python3 -I scan.py. Standard input carries one JSON object
{"root", "module", "handler", "off", "cpu_seconds", "memory_bytes", "output_bytes", "max_findings", "max_file_bytes"}; standard output gets
{"findings": [{"rule", "file", "line", "message"}], "handler": {...} or null}.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out; only our own files are there

import ast
import stat
import threading
import warnings

import scan_handler
import scan_rules as rules
import scan_text
from scan_check import Check
from scan_scopes import Collector
from scan_values import NOTHING, Exhausted, Values

STACK = 256 << 20
DEPTH = 40000
BINARY = (".so", ".pyd", ".dylib", ".dll")
MAX_PATH_PARTS = 32


def limit(task):
    """Asked of the kernel, before a byte of the package is read."""
    import resource

    for kind, value in (("RLIMIT_CPU", task["cpu_seconds"]), ("RLIMIT_FSIZE", task["output_bytes"]),
                        ("RLIMIT_CORE", 0), ("RLIMIT_AS", task["memory_bytes"])):
        try:
            resource.setrlimit(getattr(resource, kind), (value, value))
        except (ValueError, OSError):
            if kind == "RLIMIT_CPU":
                raise  # elsewhere than on Linux memory may not be limited this way; time always is


class Scan:
    def __init__(self, task):
        self.root = task["root"]
        self.task = task
        self.findings = {}
        self.modules = {}  # dotted name -> file
        self.exported = {}  # dotted name -> module scope
        self.resolving = set()
        self.values = Values(self.exports)
        self.handler = None
        self.file = ""

    def report(self, rule, line, message):
        if rule in self.task["off"]:
            return
        key = (rule, self.file, int(line or 0), message)
        if len(self.findings) < self.task["max_findings"]:
            self.findings[key] = True
        elif key not in self.findings:
            raise Overflow()

    def run(self):
        files = self.names()
        for file in files:
            self.file = file
            self.one(file)
        self.file = ""
        if self.modules.get(self.task["module"]) is None:
            self.file = self.task["module"].replace(".", "/") + ".py"
            self.report(rules.HANDLER, 0, "there is no %s in the package, where the handler should be" % self.file)

    def names(self):
        sources = []
        for folder, folders, files in os.walk(self.root):
            folders.sort()
            for name in sorted(files) + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
                path = os.path.join(folder, name)
                self.file = os.path.relpath(path, self.root).replace(os.sep, "/")
                if self.named(name.lower(), path):
                    sources.append(self.file)
        for file in sources:
            parts = file[:-3].split("/")
            if len(parts) <= MAX_PATH_PARTS:
                self.modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
                for count in range(1, len(parts)):
                    self.modules.setdefault(".".join(parts[:count]), None)
        return sources

    def named(self, name, path):
        """Judges a file by its name; true for source."""
        stem, ending = os.path.splitext(name)
        if not stat.S_ISREG(os.lstat(path).st_mode):
            self.report(rules.INCOMPLETE, 0, "this is not a regular file")
            return False
        if ending in (".pyc", ".pyo"):
            self.report(rules.FORBIDDEN_FILE, 0, "byte code cannot be read; leave __pycache__ out")
        elif ending in BINARY or ".so." in name:
            self.report(rules.FORBIDDEN_FILE, 0, "native code cannot be read; name the package in requirements.txt")
        elif ending == ".pth":
            self.report(rules.FORBIDDEN_FILE, 0, "Python runs .pth files as it starts; give model weights the ending .pt")
        elif stem in ("sitecustomize", "usercustomize"):
            self.report(rules.FORBIDDEN_FILE, 0, "Python runs this file whenever it starts")
        first, _, rest = self.file.partition("/")
        if (not rest or rest == "__init__.py") and os.path.splitext(first)[0] in rules.SHADOWED and ending == ".py":
            self.report(rules.SHADOWS, 0, "this hides, or is hidden by, the standard library's module of that name")
        return ending in (".py", ".pyw")

    def read(self, file):
        with open(os.path.join(self.root, file), "rb") as source:
            data = source.read(self.task["max_file_bytes"] + 1)
        return data if len(data) <= self.task["max_file_bytes"] else None

    def one(self, file):
        try:
            data = self.read(file)
            if data is None:
                self.report(rules.INCOMPLETE, 0, "the file has more than %d bytes" % self.task["max_file_bytes"])
                return
            text = scan_text.examine(data, self.report)
            tree = self.parse(data)
            scan_text.identifiers(text, self.report)
            if tree is not None:
                self.judge(file, tree)
        except (RecursionError, MemoryError, Exhausted):
            self.values.fresh()
            self.report(rules.INCOMPLETE, 0, "the source is too deeply nested or too tangled to be read")

    def parse(self, data):
        sys.setrecursionlimit(1000)  # as where it will run
        try:
            tree = compile(data, "<source>", "exec", ast.PyCF_ONLY_AST, True)
            compile(tree, "<source>", "exec", 0, True)
            return tree
        except SyntaxError as error:
            self.report(rules.SYNTAX, max(1, error.lineno or 1), "Python cannot read this: " + str(error.msg)[:200])
        except (ValueError, UnicodeError) as error:
            self.report(rules.SYNTAX, 1, "Python cannot read this: " + str(error)[:200])
        finally:
            sys.setrecursionlimit(DEPTH)
        return None

    def judge(self, file, tree):
        package = ".".join(file.split("/")[:-1])
        self.values.fresh()
        collected = Collector(tree, package)
        Check(collected.scopes, package, self.values, self.report).module(tree)
        if file == self.modules.get(self.task["module"]):
            self.handler = scan_handler.describe(tree, self.task["handler"], self.report)

    def exports(self, path):
        """What a path within the archive stands for: None outside it, empty if nothing is known."""
        parts = path[1:].split(".") if path != "." else []
        if parts and parts[0] not in self.modules:
            return None
        known = len(parts)
        while known and ".".join(parts[:known]) not in self.modules:
            known -= 1
        if known == len(parts):
            return frozenset([path])
        key = (".".join(parts[:known]), parts[known])
        if key in self.resolving:
            return NOTHING
        self.resolving.add(key)
        try:
            found = self.exported_name(*key)
            for name in parts[known + 1:]:
                found = self.values.part(found, name)
            return found
        finally:
            self.resolving.discard(key)

    def exported_name(self, module, name):
        scope = self.scope(module)
        if scope is None:
            return NOTHING
        found = set()
        for binding in scope.names.get(name, ()):
            found |= self.values.bound(binding)
        for star in scope.stars:
            found |= self.values.canonical(star + "." + name)
        return frozenset(found)

    def scope(self, module):
        if module not in self.exported:
            self.exported[module] = None
            file = self.modules.get(module)
            data = self.read(file) if file else None
            if data is not None:
                try:
                    tree = compile(data, "<source>", "exec", ast.PyCF_ONLY_AST, True)
                    package = ".".join(file.split("/")[:-1])
                    self.exported[module] = Collector(tree, package).module
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    pass  # it is reported when its own turn comes
        return self.exported[module]


class Overflow(Exception):
    """More findings than anyone reads."""


def main():
    task = json.load(sys.stdin)
    limit(task)
    warnings.simplefilter("ignore")
    scan = Scan(task)
    extra = []
    try:
        scan.run()
    except Overflow:
        extra.append((rules.TOO_MANY, "", 0, "there are more findings; only the first %d are shown" % task["max_findings"]))
    findings = [dict(zip(("rule", "file", "line", "message"), key)) for key in list(scan.findings) + extra]
    json.dump({"findings": findings, "handler": scan.handler}, sys.stdout)
    sys.stdout.flush()


def guarded():
    try:
        main()
        os._exit(0)
    except BaseException:
        os._exit(1)  # said by the exit code alone: the text of an error may quote the package


if __name__ == "__main__":
    threading.stack_size(STACK)
    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join()
