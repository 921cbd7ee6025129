# Runs one skill in a session of a code interpreter. Nothing is ever put into this text: what to run, and with what, is in a file beside it.
#
# The standard library only, Python 3.8 or newer. The text is executed in an interpreter that lives on, so everything is done in a namespace of
# its own; a skill that asks for it is run by the same text in a child. The result goes into a file of its own, never to standard
# output, so nothing that a skill prints can pose as one. Not isolated between two skills of one user in one session: builtins and libraries that a
# skill has patched, its threads, its files, and what C libraries keep.
_weir_source = r'''
import ast
import collections.abc
import importlib
import importlib.util
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import threading
import traceback

MAX_DEPTH = 400
MAX_INT_BITS = 3300  # about 990 decimal digits; JSON readers refuse longer numbers
MAX_TEXT = 2000
TASK_FILE = "_args.json"
HOME = "_skills"


class NotOutput(Exception):
    """A value that cannot be sent; the text says why."""


class Failure(Exception):
    """Something the author or the caller of the skill must mend; the text says what."""


class Report:
    """What the run came to; the file is there only when it is whole."""

    def __init__(self, task):
        self.pid = os.getpid()
        self.path = task["result"]
        self.room = task["max_output"]
        self.limit = task["max_message"]
        self.count = task["max_messages"]
        self.start = b'{"nonce":' + json.dumps(task["nonce"]).encode() + b',"messages":['
        self.messages = []

    def message(self, item):
        encoded = encode(item, "a yielded value", self.limit)
        self.room -= len(encoded) + 1
        if self.room < 0 or len(self.messages) == self.count:
            raise NotOutput("the yielded values are more than allowed")
        self.messages.append(encoded)

    def value(self, output):
        self.write(b'"kind":"result","value":' + encode(output, "the output", self.room))

    def printed(self):
        self.write(b'"kind":"printed"')

    def error(self, kind, message):
        text = message.encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
        self.write(b'"kind":"%s","message":%s' % (kind.encode(), json.dumps(text).encode()))

    def left(self):
        """Adds to what a child has written that its files are still there."""
        with open(self.path, "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b',"left":true}')

    def write(self, ending):
        if os.getpid() != self.pid:
            os._exit(0)  # a child that the handler forked and let run on: it has no say
        with open(self.path + ".part", "wb") as file:
            file.write(self.start + b",".join(self.messages) + b"]," + ending + b"}")
        os.replace(self.path + ".part", self.path)


def encode(value, what, limit):
    """UTF-8 JSON of value, or NotOutput."""
    check(value)
    try:
        encoded = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        raise NotOutput(what + " is not valid JSON: a string holds a lone surrogate") from None
    except (TypeError, ValueError, RecursionError) as error:
        raise NotOutput("%s is not valid JSON: %s" % (what, error)) from None
    if len(encoded) > limit:
        raise NotOutput("%s is %d bytes of JSON; at most %d are allowed" % (what, len(encoded), limit))
    return encoded


def check(value):
    """What json.dumps would bend or let through, but a reader of the JSON would not take."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below = []
        for item in level:
            if isinstance(item, dict):
                for key in item:
                    if not isinstance(key, str):
                        raise NotOutput("the keys of an object must be strings, not " + type(key).__name__)
                below.extend(item.values())
            elif isinstance(item, (list, tuple)):
                below.extend(item)
            elif isinstance(item, int) and item.bit_length() > MAX_INT_BITS:
                raise NotOutput("a number has too many digits")
        if not below:
            return
        level = below
    raise NotOutput("values are nested more than %d deep" % MAX_DEPTH)


def arguments(text):
    """The arguments, from JSON text; what JSON does not have is refused."""

    def refuse(name):
        raise Failure("the arguments are not valid JSON: " + name)

    try:
        return json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Failure("the arguments are not valid JSON, or nested too deep") from None


def by_path(path):
    """The entry point, loaded from its file under a name that nothing else can have."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read(), path)
    if not any(defines_run(node) for node in tree.body):
        return None
    spec = importlib.util.spec_from_file_location("_weir_entry", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["_weir_entry"] = module
    spec.loader.exec_module(module)
    return module.run


def defines_run(node):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return node.name == "run"
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == "run" for target in node.targets)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) == "run" for alias in node.names)
    return False


def by_name(name):
    """The handler named module:function."""
    module_name, _, path = name.partition(":")
    if not module_name or not path:
        raise Failure("the handler must be named module:function")
    try:
        found = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name == module_name:
            raise Failure("the package has no module '%s'" % module_name) from None
        raise
    for part in path.split("."):
        if not hasattr(found, part):
            raise Failure("module '%s' has no function '%s'" % (module_name, path))
        found = getattr(found, part)
    if not callable(found):
        raise Failure("'%s' is not a function" % name)
    return found


def execute(returned, emit):
    """The output of a handler of any of the four kinds: what it returns, or else what it yielded last."""
    if isinstance(returned, collections.abc.Generator):
        return iterate(returned, emit)
    if isinstance(returned, (collections.abc.AsyncGenerator, collections.abc.Awaitable)):
        is_generator = isinstance(returned, collections.abc.AsyncGenerator)
        return in_loop(iterate_async(returned, emit) if is_generator else settle(returned))
    return returned


def in_loop(coroutine):
    """Runs it to its end; in a thread of its own, since the interpreter's may have a loop already."""
    import asyncio  # slow to load, so only for those who need it

    outcome = {}

    def live():
        try:
            outcome["value"] = asyncio.run(coroutine)
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def iterate(generator, emit):
    last = None
    while True:
        try:
            item = next(generator)
        except StopIteration as end:
            return last if end.value is None else end.value
        emit(item)
        last = item


async def iterate_async(generator, emit):
    last = None
    async for item in generator:
        emit(item)
        last = item
    return last


async def settle(awaitable):
    return await awaitable


def show(error, code):
    """The traceback without the frames of this text and of what lies between it and the skill."""
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(code):
        trace = trace.tb_next
    try:
        traceback.print_exception(type(error), error, trace)
    except Exception:
        pass  # an exception that cannot even be printed


def describe(error):
    try:
        text = str(error)
    except Exception:
        text = "(an exception that has no text)"
    name = type(error).__name__
    return "%s: %s" % (name, text) if text else name


def call(task, report, code):
    value = arguments(task["args"])
    entry = task["entry"]
    sys.argv = [entry]
    if ":" in entry:
        report.value(execute(by_name(entry)(value), report.message))
        return
    path = os.path.join(code, *entry.split("/"))
    if not os.path.isfile(path):
        raise Failure("the package has no file '%s'" % entry)
    sys.path.insert(0, os.path.dirname(path))
    run = by_path(path)
    if run is None:
        sys.stdin = io.StringIO(task["args"])
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as error:
            if error.code not in (None, 0):
                raise
        report.printed()
        return
    if not isinstance(value, dict):
        raise Failure("the arguments must be a JSON object")
    report.value(execute(run(**value), report.message))


def attempt(task, report, code):
    try:
        call(task, report, code)
    except NotOutput as error:
        report.error("output_invalid", str(error))
    except Failure as error:
        report.error("handler_error", str(error))
    except SystemExit as error:
        report.error("handler_error", "the handler called sys.exit(%s)" % ("" if error.code is None else error.code,))
    except BaseException as error:
        show(error, code + os.sep)
        report.error("handler_error", describe(error))
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: its own affair
            pass


def extend_path(code):
    sys.path.insert(0, code)
    dependencies = os.path.join(code, ".weir", "dependencies")
    if os.path.isdir(dependencies):
        # Behind the standard library, before what is installed here.
        installed = [n for n, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages"))]
        sys.path.insert(installed[0] if installed else len(sys.path), dependencies)


def forget(slug, home):
    """Modules of this skill, and of any other that was run here."""
    package = "scripts." + slug
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        paths = getattr(module, "__path__", None)
        places = [file] + (list(paths) if isinstance(paths, collections.abc.Iterable) else [])
        ours = any(isinstance(place, str) and place.startswith(home) for place in places)
        if ours or name == package or name.startswith(package + ".") or name == "_weir_entry":
            sys.modules.pop(name, None)
    for path in list(sys.path_importer_cache):
        if path.startswith(home):
            sys.path_importer_cache.pop(path, None)
    importlib.invalidate_caches()


def displace(code):
    """Modules of others that have the name of one of the skill's: they come back afterwards."""
    own = {name.split(".")[0] for name in os.listdir(code)} - set(getattr(sys, "stdlib_module_names", ())) - {"__main__"}
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in own}


def here(task, report, code):
    """In this interpreter: what the skill may have changed is put back."""
    home = os.path.join(os.getcwd(), HOME) + os.sep
    before = os.getcwd(), dict(os.environ), sys.argv, list(sys.path), sys.stdin, sys.stdout, sys.stderr
    forget(task["slug"], home)
    displaced = displace(code)
    try:
        os.environ.update(task["env"])
        os.chdir(code)
        extend_path(code)
        attempt(task, report, code)
    finally:
        os.chdir(before[0])
        os.environ.clear()
        os.environ.update(before[1])
        sys.argv, sys.path[:], sys.stdin, sys.stdout, sys.stderr = before[2:]
        forget(task["slug"], home)
        sys.modules.update(displaced)


def apart(task, report, code):
    """In an interpreter of its own, whose files go with it."""
    environment = dict(os.environ)
    environment.update(task["env"])
    environment["PYTHONIOENCODING"] = "utf-8:backslashreplace"
    child = subprocess.Popen(
        [sys.executable, "-c", _source],
        cwd=code,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    copies = [
        threading.Thread(target=copy, args=(child.stdout, sys.stdout), daemon=True),
        threading.Thread(target=copy, args=(child.stderr, sys.stderr), daemon=True),
    ]
    for each in copies:
        each.start()
    try:
        child.stdin.write(json.dumps(task).encode())
        child.stdin.close()
    except OSError:
        pass  # it died: its exit tells
    code_of_exit = child.wait()
    try:
        os.killpg(child.pid, 9)  # whom the handler has left behind
    except OSError:
        pass  # nobody
    for each in copies:
        each.join(5)  # one that left the group may hold the pipes for longer: that is not waited for
    shutil.rmtree(code, ignore_errors=True)
    if not os.path.exists(report.path):
        report.error("handler_error", "the handler's process ended with %d" % code_of_exit)
    if os.path.lexists(code):
        report.left()


def copy(source, target):
    decode = io.TextIOWrapper(source, encoding="utf-8", errors="replace", newline="")
    for text in iter(lambda: decode.readline(65536), ""):
        target.write(text)
        target.flush()


def in_child():
    task = json.loads(sys.stdin.buffer.read())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    del os.environ["PYTHONIOENCODING"]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    code = os.getcwd()
    sys.path.pop(0)
    extend_path(code)
    attempt(task, Report(task), code)
    os._exit(0)  # nothing that the handler has left for the end has a say


def main():
    with open(TASK_FILE, "rb") as file:
        content = file.read()
    os.remove(TASK_FILE)
    task = json.loads(content)
    code = os.path.abspath(task["directory"])
    task["result"] = os.path.abspath(task["result"])
    report = Report(task)
    (apart if task["isolation"] == "process" else here)(task, report, code)


in_child() if __name__ == "__main__" else main()
'''
exec(compile(_weir_source, "<weir>", "exec"), {"__name__": "weir", "_source": _weir_source})
del _weir_source
