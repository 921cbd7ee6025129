"""An ACP agent that does as the prompt says: hashes, floods, stalls, asks, lies, dies."""
import glob, hashlib, json, os, random, sys, time

out = sys.stdout.buffer
inp = sys.stdin.buffer
restore = os.environ.get("RESTORE", "")
speaks = int(os.environ.get("SPEAKS", "1"))
runs = {}
stalled = {}
ignoring = set()
asking = {}
sessions = 0
bad = 0
said = hashlib.sha256()
heard = hashlib.sha256()


def raw(data):
    out.write(data)
    out.flush()


def say(message, counts=True):
    line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    if counts:
        said.update(line)
    raw(line)


def reply(ident, result):
    say({"jsonrpc": "2.0", "id": ident, "result": result})


def update(session, text):
    say({"jsonrpc": "2.0", "method": "session/update", "params": {"sessionId": session, "update": {
        "sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": text}}}})


def prompt(ident, params, line):
    session, word, n = params["sessionId"], params.get("do", "hash"), params.get("n", 0)
    runs[params.get("key", "")] = runs.get(params.get("key", ""), 0) + 1
    if word == "hash":
        reply(ident, {"sha": hashlib.sha256(line.rstrip(b"\n")).hexdigest(), "bytes": len(line.rstrip(b"\n"))})
    elif word == "flood":
        for i in range(n):
            update(session, "%d %s" % (i, params.get("pad", "")))
        reply(ident, {"stopReason": "end_turn"})
    elif word == "mixed":
        for i in range(n):
            update(session, "%d" % i)
        reply(ident, {"text": "".join(random.choice("abcdef\u00e9\u4e16") for _ in range(1000)) * (params["kilo"])})
    elif word == "later":
        update(session, "later")
        time.sleep(0.3)
        for i in range(n):
            update(session, "%d %s" % (i, params.get("pad", "")))
        for i in range(20):
            update(session, "small %d" % i)
        time.sleep(0.1)
        open(params["file"], "w").close()
        reply(ident, {"stopReason": "end_turn"})
    elif word == "deaf":
        update(session, "deaf")
        for _ in range(2000):
            if os.path.exists(params["file"]):
                break
            time.sleep(0.01)
        reply(ident, {"stopReason": "end_turn"})
    elif word == "forget":
        for kept in glob.glob(os.environ.get("TMPDIR", "/tmp") + "/weir-*/out"):
            os.remove(kept)
        reply(ident, {})
    elif word == "withdraw":
        asking[0] = ident
        say({"jsonrpc": "2.0", "id": 0, "method": "session/request_permission", "params": {"sessionId": session, "options": []}})
        say({"jsonrpc": "2.0", "method": "$/cancel_request", "params": {"requestId": 0}})
    elif word == "receipt":
        reply(ident, {"messageId": "m"})
        update(session, "after the receipt")
        stalled[session] = ident
    elif word == "digest":
        reply(ident, {"said": said.hexdigest(), "heard": heard.hexdigest()})
    elif word == "big":
        reply(ident, {"text": "x" * n})
    elif word == "stall":
        update(session, "stalling")
        stalled[session] = ident
    elif word == "ignore":
        update(session, "ignoring")
        ignoring.add(session)
    elif word == "release":
        for each in list(stalled.values()):
            reply(each, {"stopReason": "end_turn"})
        stalled.clear()
        reply(ident, {})
    elif word == "ask":
        asking[0] = ident
        say({"jsonrpc": "2.0", "id": 0, "method": "session/request_permission", "params": {
            "sessionId": session, "options": params.get("options", [{"optionId": "yes", "name": "Yes", "kind": "allow_once"}])}})
    elif word == "read":
        asking["r"] = ident
        say({"jsonrpc": "2.0", "id": "r", "method": "fs/read_text_file", "params": {"sessionId": session, "path": "/x"}})
    elif word == "noise":
        raw(b"log line\n\x1b[31mred\x1b[0m\n{\"level\":\"info\"}\nTraceback: x\n{\"jsonrpc\":\"2.0\",\"method\"\n[]\n12:34\n")
        say({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "?"}})
        say({"jsonrpc": "2.0", "id": "nobody", "result": {}})
        for i in range(2000):
            sys.stderr.write("to the log " * 10 + "\n")
        sys.stderr.flush()
        reply(ident, {"stopReason": "end_turn"})
    elif word == "parts":
        text = json.dumps({"jsonrpc": "2.0", "id": ident, "result": {"text": params["text"]}}, ensure_ascii=False, separators=(",", ":")).encode()
        for i in range(0, len(text), 1 if len(text) < 2000 else 8192):
            raw(text[i:i + (1 if len(text) < 2000 else 8192)])
        raw(b"\r\n")
    elif word == "verbatim":
        raw(params["text"].encode() + b"\n")
    elif word == "die":
        sys.stderr.write("dying of %s\n" % n)
        os._exit(n)
    elif word == "runs":
        reply(ident, {"runs": runs.get(params.get("of", ""), 0), "bad": bad})
    elif word == "env":
        reply(ident, {"cwd": sessions_cwd.get(session), "caps": caps, "tty": sys.stdin.isatty() or sys.stdout.isatty()})


caps = None
sessions_cwd = {}
for line in iter(inp.readline, b""):
    if not line.strip():
        continue
    try:
        message = json.loads(line)
        if not isinstance(message, dict):
            os._exit(99)
    except ValueError:
        bad += 1
        say({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}}, False)
        continue
    method, ident, params = message.get("method"), message.get("id"), message.get("params") or {}
    if method == "initialize":
        caps = params.get("clientCapabilities")
        able = {"loadSession": restore in ("load", "never")}
        if restore == "resume":
            able["sessionCapabilities"] = {"resume": {}}
        reply(ident, {"protocolVersion": min(params.get("protocolVersion", 1), speaks), "agentCapabilities": able})
    elif method == "session/new":
        sessions += 1
        session = "s-%d-%d" % (os.getpid(), sessions)
        sessions_cwd[session] = params.get("cwd")
        reply(ident, {"sessionId": session})
    elif method == "session/load" and restore == "never":
        update(params["sessionId"], "history without end")
    elif method == "session/resume" and restore == "resume" or method == "session/load" and restore == "load":
        sessions_cwd[params["sessionId"]] = params.get("cwd")
        if method == "session/load":
            for i in range(3):
                update(params["sessionId"], "history %d" % i)
        reply(ident, {})
    elif method == "session/prompt":
        heard.update(line)
        prompt(ident, params, line)
    elif method == "$/cancel_request":
        for session in [each for each in stalled if stalled[each] == params["requestId"]]:
            say({"jsonrpc": "2.0", "id": stalled.pop(session), "error": {"code": -32800, "message": "Request cancelled"}})
    elif method == "session/cancel":
        if params["sessionId"] in ignoring:
            update(params["sessionId"], "heeding nothing")
        if params["sessionId"] in stalled:
            update(params["sessionId"], "cancelling")
            update(params["sessionId"], "late")
            reply(stalled.pop(params["sessionId"]), {"stopReason": "cancelled"})
    elif method is None and ident in asking:
        reply(asking.pop(ident), {"answer": message.get("result"), "error": message.get("error"), "bytes": len(line)})
    elif method is not None and ident is not None:
        say({"jsonrpc": "2.0", "id": ident, "error": {"code": -32601, "message": "Method not found"}}, not method.startswith("_weir/"))
