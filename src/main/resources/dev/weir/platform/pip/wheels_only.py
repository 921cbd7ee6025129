"""Runs pip so that it can only ever unpack wheels.

pip's --only-binary says nothing about what a dependency asks for by URL (PEP 508, "name @ url"): such a source distribution would be
built, and building runs its code. So here requirements with a URL end the run, and no program can be started at all. Nothing is imported
but the standard library and pip. Started as: python3 -I -B wheels_only.py <arguments of pip>, with a pipe as standard input: its end is
the end of this process, so that nobody's death leaves an installer behind.
"""
import os
import runpy
import sys
import threading

REFUSED = 3
PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn",
                      "os.startfile", "pty.spawn"})


def refuse(line):
    """At once, and past every "except": nobody may take this for a candidate to be skipped."""
    os.write(2, ("\n" + line + "\n").encode("ascii", "replace"))
    os._exit(REFUSED)


def end_with_standard_input():
    try:
        while os.read(0, 4096):
            pass
    finally:
        os._exit(REFUSED)


def no_programs(event, _, forbidden=PROGRAMS):
    if event in forbidden:
        # pip asks rustc, lsb_release and the like only for its user agent, and goes on without an answer.
        raise PermissionError("no program may be started while wheels are unpacked")


def no_urls():
    try:
        from pip._vendor.packaging.requirements import Requirement
        read = Requirement.__init__
        if Requirement("a").url or not Requirement("a @ https://index.invalid/a.whl").url:
            raise AttributeError("url")
    except Exception as failure:
        refuse("WEIR-REFUSED-PIP this pip cannot be kept from URLs: " + type(failure).__name__)

    def read_without_url(self, *arguments, **named):
        read(self, *arguments, **named)
        if self.url:
            refuse("WEIR-REFUSED-URL " + str(self.name))

    Requirement.__init__ = read_without_url


def know_the_platform():
    """On musl the C library's version is learnt by running it; it is remembered, so it is asked while that is possible."""
    try:
        from pip._vendor.packaging import tags
        list(tags.sys_tags())
    except Exception:
        pass  # then pip fails by itself where it needs to know


threading.Thread(target=end_with_standard_input, daemon=True).start()
no_urls()
know_the_platform()
sys.addaudithook(no_programs)
runpy.run_module("pip", run_name="__main__", alter_sys=True)
