"""What the source scan refuses: names as data. The severities of the rules are the gateway's (see ScanRule)."""

import re

EXEC = "py.exec"
PROCESS = "py.process"
NATIVE = "py.native"
DESERIALISE = "py.deserialise"
IMPORT = "py.import-machinery"
INTROSPECTION = "py.introspection"
SECRETS = "py.host-secrets"
DECEPTIVE = "py.deceptive-source"
SYNTAX = "py.syntax"
DOUBTFUL = "py.doubtful"
FORBIDDEN_FILE = "package.forbidden-file"
SHADOWS = "package.shadows-stdlib"
HANDLER = "handler.missing"
PARAMETERS = "handler.parameters"
INCOMPLETE = "scan.incomplete"
TOO_MANY = "scan.too-many-findings"

WHY = {
    EXEC: "runs text as code",
    PROCESS: "starts processes",
    NATIVE: "loads native code",
    DESERIALISE: "can run code that hides in data",
    IMPORT: "reaches into the import machinery",
    INTROSPECTION: "walks the interpreter's internals",
    DOUBTFUL: "can start programs or run text as code",
}


def _names(rule, names):
    return {name: rule for name in names.split()}


# A dotted name stands for itself and for everything below it. Importing one is a use.
DANGEROUS = {}
for _rule, _text in (
    (EXEC, "builtins.eval builtins.exec builtins.compile builtins.breakpoint code codeop bdb pdb types.CodeType"
           " cProfile.run cProfile.runctx profile.run profile.runctx logging.config.listen sys.breakpointhook"
           " sys.__breakpointhook__ doctest"),
    (PROCESS, "subprocess pty posix nt _posixsubprocess _winapi asyncio.create_subprocess_exec _posixshmem"
              " asyncio.create_subprocess_shell asyncio.subprocess distutils.spawn multiprocessing.util.spawnv_passfds"),
    (NATIVE, "ctypes _ctypes cffi _cffi_backend pyximport importlib.machinery.ExtensionFileLoader numpy.ctypeslib"
             " numpy.f2py torch.utils.cpp_extension torch.ops.load_library torch.classes.load_library"),
    (DESERIALISE, "pickle _pickle cPickle pickletools marshal dill cloudpickle shelve joblib.load jsonpickle"
                  " pandas.read_pickle yaml.unsafe_load yaml.unsafe_load_all yaml.UnsafeLoader yaml.CUnsafeLoader"
                  " yaml.Loader yaml.CLoader yaml.loader.UnsafeLoader yaml.loader.Loader"),
    (IMPORT, "builtins.__import__ importlib.__import__ runpy zipimport pkgutil imp _imp site sitecustomize usercustomize"
             " _frozen_importlib _frozen_importlib_external importlib._bootstrap importlib._bootstrap_external"
             " importlib.util.spec_from_file_location importlib.util.spec_from_loader importlib.util.module_from_spec"
             " importlib.util.LazyLoader importlib.machinery.SourceFileLoader importlib.machinery.SourcelessFileLoader"
             " importlib.machinery.FileFinder importlib.machinery.PathFinder importlib.machinery.BuiltinImporter"
             " importlib.machinery.FrozenImporter importlib.machinery.ModuleSpec importlib.abc sys.modules sys.meta_path"
             " sys.path_hooks sys.path_importer_cache"),
    (INTROSPECTION, "sys._getframe sys._current_frames sys._current_exceptions sys.settrace sys.setprofile"
                    " sys.monitoring inspect.currentframe inspect.stack inspect.trace inspect.getouterframes"
                    " inspect.getinnerframes inspect.getclosurevars logging.currentframe traceback.walk_stack"
                    " traceback.walk_tb threading.settrace threading.setprofile gc.get_objects gc.get_referrers"
                    " gc.get_referents builtins.__builtins__ builtins.__loader__ builtins.__spec__"),
    (DOUBTFUL, "webbrowser pexpect plumbum sh pip ensurepip venv timeit.timeit timeit.repeat timeit.Timer"
               " yaml.full_load yaml.full_load_all yaml.FullLoader logging.config.fileConfig"),
):
    DANGEROUS.update(_names(_rule, _text))
for _change in "append insert extend remove pop clear reverse sort __setitem__ __iadd__ __delitem__".split():
    DANGEROUS["sys.path." + _change] = IMPORT

OS_PROCESS = re.compile(r"system|popen\w*|exec\w+|spawn\w+|posix_spawnp?|fork\w*|dup2|startfile|openpty|login_tty")

# Modules that may be imported and asked for a named part, but not handed on: from where they go, nothing follows them.
GUARDED = {"os": PROCESS, "sys": IMPORT, "builtins": EXEC, "importlib": IMPORT, "gc": INTROSPECTION}
DYNAMIC = {"__dict__", "__getattribute__", "__getattr__"}

# Modules that other modules carry about (shutil.os, random._os), by the name they carry them under.
THROUGH = {name: name for name in (
    "os sys subprocess builtins importlib posix pty ctypes pickle marshal runpy pkgutil zipimport imp shelve"
    " _posixsubprocess _ctypes _pickle _imp _winapi gc").split()}
THROUGH.update({"_os": "os", "_sys": "sys", "bltns": "builtins", "_subprocess": "subprocess", "_pickle": "pickle"})

# Behind a value nobody knows only these carried modules count, and only their dangerous parts.
WEAK = {"os": "os", "_os": "os", "sys": "sys", "_sys": "sys", "builtins": "builtins", "__self__": "builtins",
        "subprocess": "subprocess", "importlib": "importlib"}
WEAK_SUBPROCESS = set("run Popen call check_call check_output getoutput getstatusoutput".split())

# Attributes that mean the same whatever they are asked of.
ATTRIBUTES = {}
for _rule, _text in (
    (INTROSPECTION, "__globals__ __subclasses__ __mro__ __base__ __bases__ __code__ __closure__ __loader__ __spec__"
                    " __builtins__ gi_frame gi_code cr_frame cr_code ag_frame ag_code f_back f_globals f_locals"
                    " f_builtins f_code tb_frame _getframe currentframe _current_frames cell_contents"),
    (EXEC, "CodeType runsource runcode"),
    (PROCESS, "subprocess_exec subprocess_shell create_subprocess_exec create_subprocess_shell"),
    (NATIVE, "enable_load_extension load_extension load_dynamic"),
    (DESERIALISE, "read_pickle unsafe_load"),
    (IMPORT, "__import__ exec_module load_module spec_from_file_location module_from_spec meta_path path_hooks"),
):
    ATTRIBUTES.update(_names(_rule, _text))

FORMAT_WALK = re.compile(
    r"\{[^{}\s]*[.\[](__globals__|__subclasses__|__mro__|__bases?__|__code__|__closure__|__loader__|__spec__"
    r"|__builtins__|gi_frame|f_back|f_globals|f_builtins|tb_frame)")

HOST_PATH = re.compile(
    r"(?:\w+(?:\+\w+)?:/{1,2})?(?:/proc(?:/(?!(?:cpuinfo|meminfo|loadavg|uptime)\Z)\S*)?"
    r"|(?:/var)?/run/secrets/(?:kubernetes\.io|eks\.amazonaws\.com)\S*"
    r"|(?:/var)?/run/(?:docker\.sock|containerd/\S*|crio/\S*|podman/\S*)\S*)", re.IGNORECASE)
METADATA_HOST = (
    r"(?:169\.254\.169\.254|169\.254\.170\.23?|169\.254\.0\.2|100\.100\.100\.200|2852039166|0xa9fea9fe"
    r"|0xa9\.0xfe\.0xa9\.0xfe|0251\.0376\.0251\.0376|\[?(?:::ffff:)?169\.254\.169\.254\]?|\[?::ffff:a9fe:a9fe\]?"
    r"|\[?fd00:0?ec2:(?::|0:)+(?:0*254|0*23)\]?|metadata\.google\.internal\.?|metadata\.goog\.?|169\.254\.43518)")
METADATA_URL = re.compile(r"\w+://(?:[^/@\s]*@)?(?:" + METADATA_HOST + r"|metadata)(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
METADATA_NAME = re.compile(METADATA_HOST + r"(?::\d+)?(?:/\S*)?", re.IGNORECASE)
HOOK_FILE = re.compile(r"(?:\S*[/\\])?(?:sitecustomize|usercustomize)\.py\Z|\S*site-packages\S*\.pth\Z")

LOADER_KEYS = set("PYTHONSTARTUP PYTHONPATH PYTHONHOME LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES".split())

# Calls whose text arguments are said or compared, not opened.
TALK = set("print debug info warning error exception critical log startswith endswith find index count replace split"
           " removeprefix partition write warn fail append add".split())
TALK_MODULES = ("ipaddress.", "logging.", "warnings.", "re.")

CODECS = {"utf-8", "utf-8-sig", "ascii", "iso8859-1"}

SHADOWED = set("os sys builtins subprocess importlib ssl socket hashlib hmac secrets tempfile asyncio typing json logging"
               " threading pickle ctypes types inspect runpy site struct traceback resource collections random io"
               " shutil pathlib urllib http ast codecs encodings signal abc functools re".split())


def danger(path):
    """The rule and the shortest prefix of a dotted path that is dangerous, or None."""
    end = -1
    while True:
        end = path.find(".", end + 1)
        name = path if end < 0 else path[:end]
        rule = DANGEROUS.get(name)
        if rule is None and name.startswith("os."):
            part = name[3:]
            if part == "__dict__" or OS_PROCESS.fullmatch(part):
                rule = PROCESS
        if rule is not None:
            return rule, name
        if end < 0:
            return None
