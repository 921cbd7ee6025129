"""One Python of a code interpreter's session: runs code and keeps what it has defined for the code that comes after.

The standard library only, Python 3.8 or newer. Requests and answers travel over a Unix socket of their own, as frames of a four-byte
length and that much JSON; standard output and error are the code's alone. A mark that the request names stands in them where a picture
belongs (followed by p), and behind all that the code has printed, so that the other side knows when it has read everything.
WEIR_LINK and WEIR_TOKEN are put before this text.
"""

import os

os.setsid()  # a group of its own

import _thread
import ast
import base64
import builtins
import fcntl
import importlib.abc
import importlib.util
import io
import json
import linecache
import select
import signal
import socket
import struct
import sys
import traceback
import types

OWN = "<kernel>"
HIGH = 200  # descriptors of ours begin here, where code that tidies up seldom reaches
MAX_PICTURE = 8 * 1024 * 1024


class Link:
    """The connection to the emulator."""

    def __init__(self, path, token):
        self.pid = os.getpid()
        first = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        first.connect(path)
        self.socket = socket.socket(fileno=fcntl.fcntl(first.fileno(), fcntl.F_DUPFD_CLOEXEC, HIGH))
        first.close()
        self.send({"kind": "hello", "token": token})
        _thread.start_new_thread(self.watch, (self.socket.fileno(),))

    def watch(self, descriptor):
        """When the emulator is gone, so is all this."""
        poll = select.poll()
        poll.register(descriptor, 0)
        poll.poll()
        os.killpg(0, signal.SIGKILL)

    def send(self, frame):
        if os.getpid() != self.pid:
            os._exit(0)  # a forked child
        text = json.dumps(frame).encode("ascii")
        self.socket.sendall(struct.pack(">I", len(text)) + text)

    def read(self):
        head = self.exactly(4)
        return json.loads(self.exactly(struct.unpack(">I", head)[0]))

    def exactly(self, count):
        parts = []
        while count:
            part = self.socket.recv(min(count, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Plain(io.RawIOBase):
    """A descriptor without a buffer: what is printed is seen at once."""

    def __init__(self, descriptor):
        self.descriptor = descriptor

    def fileno(self):
        return self.descriptor

    def writable(self):
        return True

    def write(self, data):
        view = memoryview(data).cast("B")
        size = len(view)
        while view:
            try:
                view = view[os.write(self.descriptor, view):]
            except BlockingIOError:  # another program has made the pipe so
                os.set_blocking(self.descriptor, True)
        return size


class Figures(importlib.abc.MetaPathFinder):
    """Makes pyplot.show() send its figures, whenever pyplot comes to be imported."""

    def __init__(self, kernel):
        self.kernel = kernel

    def find_spec(self, name, path, target=None):
        if name != "matplotlib.pyplot":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def loaded(module):
                load(module)
                module.show = self.kernel.figures

            spec.loader.exec_module = loaded
        return spec


class Kernel:
    def __init__(self, link):
        self.link = link
        self.count = 0
        self.mark = b""
        self.saved = {fd: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH) for fd in (1, 2)}
        self.space = types.ModuleType("__main__")
        self.space.__builtins__ = builtins
        sys.modules["__main__"] = self.space
        builtins.display = self.display
        sys.displayhook = self.show
        sys.meta_path.insert(0, Figures(self))
        sys.argv = [""]

    def serve(self):
        while True:
            request = self.link.read()
            self.mark = request["mark"].encode("ascii")
            self.streams()
            code = self.run(request["code"])
            self.flush()
            if os.getpid() != self.link.pid:
                os._exit(code)  # a child that the code has forked and let run on: it has no say
            for saved in self.saved.values():
                self.put(saved, b".")
            self.link.send({"kind": "done", "exitCode": code})

    def streams(self):
        """Every piece of code begins with a working pair, whatever the last one did to it."""
        for fd, saved in self.saved.items():
            os.dup2(saved, fd)
            text = io.TextIOWrapper(Plain(fd), encoding="utf-8", errors="backslashreplace", write_through=True)
            for name in (("stdout", "__stdout__"), ("stderr", "__stderr__"))[fd - 1]:
                setattr(sys, name, text)

    def flush(self):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # closed or replaced by the code: its own affair
                pass

    def put(self, saved, letter):
        os.set_blocking(saved, True)
        os.write(saved, self.mark + letter)

    def run(self, source):
        self.count += 1
        name = "<cell %d>" % self.count
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            tree = ast.parse(source, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            self.step(tree, name, "exec")
            if last is not None:
                value = self.step(ast.Expression(last.value), name, "eval")
                if not source.rstrip().endswith(";"):
                    sys.displayhook(value)
            self.figures()
            return 0
        except SystemExit as end:
            return self.exit_code(end.code)
        except BaseException as error:
            self.complain(error)
            return 1

    def step(self, tree, name, mode):
        code = compile(tree, name, mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        value = eval(code, self.space.__dict__)
        if code.co_flags & 0x80:  # CO_COROUTINE: it awaits
            import asyncio

            return asyncio.run(value)
        return value

    def exit_code(self, code):
        if code is None:
            return 0
        if isinstance(code, int):
            return int(code) & 255
        os.write(self.saved[2], (str(code) + "\n").encode("utf-8", "backslashreplace"))
        return 1

    def complain(self, error):
        try:
            trace = error.__traceback__
            while trace is not None and trace.tb_frame.f_code.co_filename in (OWN, ast.__file__):
                trace = trace.tb_next
            text = "".join(traceback.format_exception(type(error), error, trace))
        except BaseException:  # what an exception says of itself is code, too
            text = "an exception that cannot be shown\n"
        Plain(self.saved[2]).write(text.encode("utf-8", "backslashreplace"))

    def show(self, value):
        if value is not None:
            self.space._ = value
            self.display(value)

    def display(self, *values):
        for value in values:
            picture = None
            draw = getattr(type(value), "_repr_png_", None)
            if callable(draw):
                picture = draw(value)
                picture = picture[0] if isinstance(picture, tuple) else picture
            if isinstance(picture, bytes):
                self.picture(picture)
            else:
                print(repr(value))

    def figures(self, *_, **__):
        """Sends and closes what pyplot has open."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in pyplot.get_fignums() if pyplot is not None else ():
            drawn = io.BytesIO()
            pyplot.figure(number).savefig(drawn, format="png", bbox_inches="tight")
            self.picture(drawn.getvalue())
        if pyplot is not None:
            pyplot.close("all")

    def picture(self, png):
        if len(png) > MAX_PICTURE:
            print("a picture of %d bytes is too large to be shown" % len(png), file=sys.stderr)
            return
        self.flush()
        self.link.send({"kind": "picture", "data": base64.b64encode(png).decode("ascii")})
        self.put(self.saved[1], b"p")


nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
os.close(nothing)
sys.stdin = open(0, closefd=False)
Kernel(Link(WEIR_LINK, WEIR_TOKEN)).serve()
