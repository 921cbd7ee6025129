"""Runs one skill handler and reports to the runner that started it.

The standard library only, Python 3.8 or newer. Standard input carries one JSON object with what to do; from then on everything
that counts (yielded values, the result, an error) travels over a Unix socket of its own, never over standard output, so nothing a
handler prints can pose as a result. Each report waits for a one-byte answer: by then the runner has recorded what was printed before.
"""

import os

os.setsid()  # before anything else: a group of its own, so that the runner can end the handler with all its children

import collections.abc
import importlib
import json
import resource
import socket
import struct
import sys
import traceback

ACK = b"\x06"
MAX_DEPTH = 400
MAX_INT_BITS = 3300  # about 990 decimal digits; JSON readers refuse longer numbers
MAX_TEXT = 2000


class NotOutput(Exception):
    """A value that cannot be sent; the text says why."""


class Failure(Exception):
    """Something the author of the skill must mend; the text says what."""


class Control:
    """The connection to the runner."""

    def __init__(self, path, token):
        self.pid = os.getpid()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
        self.report("hello", b'"token":' + json.dumps(token).encode())

    def value(self, kind, encoded):
        self.report(kind, b'"value":' + encoded)

    def error(self, kind, message):
        text = message.encode("utf-8", "replace").decode("utf-8")[:MAX_TEXT]
        self.report("error", b'"error":"%s","message":%s' % (kind.encode(), json.dumps(text).encode()))

    def report(self, kind, fields):
        if os.getpid() != self.pid:
            os._exit(0)  # a child the handler forked and let run on: it has no say
        flush()
        frame = b'{"kind":"%s",%s}' % (kind.encode(), fields)
        try:
            self.socket.sendall(struct.pack(">I", len(frame)) + frame)
            answer = self.socket.recv(1)
        except OSError:
            answer = b""
        if answer != ACK:
            os._exit(70)  # the runner is gone, or the handler closed this connection


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the handler: its own affair
            pass


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


def find(name):
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


def execute(handler, value, emit):
    """Calls a handler of any of the four kinds; its output is what it returns, or else what it yielded last."""
    returned = handler(value)
    if isinstance(returned, collections.abc.Generator):
        return iterate(returned, emit)
    if isinstance(returned, (collections.abc.AsyncGenerator, collections.abc.Awaitable)):
        import asyncio  # slow to load, so only for those who need it

        if isinstance(returned, collections.abc.AsyncGenerator):
            return asyncio.run(iterate_async(returned, emit))
        return asyncio.run(settle(returned))
    return returned


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
    """The traceback without the frames of this file and of what lies between it and the skill."""
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


def run(task, control, code):
    try:
        handler = find(task["handler"])
        limit = task["max_message"]
        output = execute(
            handler,
            task["input"],
            lambda item: control.value("message", encode(item, "a yielded value", limit)),
        )
        control.value("result", encode(output, "the output", task["max_output"]))
    except NotOutput as error:
        control.error("output_invalid", str(error))
    except Failure as error:
        control.error("handler_error", str(error))
    except SystemExit as error:
        control.error("handler_error", "the handler called sys.exit(%s)" % ("" if error.code is None else error.code,))
    except BaseException as error:
        show(error, code)
        control.error("handler_error", describe(error))


def die_with_parent():
    """Linux: the handler must not outlive a runner that is killed."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, 9)
    except Exception:
        pass  # not Linux, or an interpreter without ctypes


def main():
    die_with_parent()
    task = json.loads(sys.stdin.buffer.read())
    # The interpreter adds LC_CTYPE to a bare environment, and a python3 that is really a launcher script adds more.
    os.environ.clear()
    os.environ.update(task.pop("env"))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    code = os.getcwd()
    sys.path[0] = code
    dependencies = os.path.join(code, ".weir", "dependencies")
    if os.path.isdir(dependencies):
        sys.path.insert(1, dependencies)  # before what this machine happens to have installed
    sys.argv = [task["handler"]]
    control = Control(task.pop("socket"), task.pop("token"))
    run(task, control, code + os.sep)


main()
