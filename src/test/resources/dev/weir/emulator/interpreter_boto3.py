"""Drives all five operations and all nine tools with the unmodified client; prints one line for each thing that held."""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("bedrock-agentcore", config=Config(read_timeout=60, retries={"total_max_attempts": 1}))
interpreter = "aws.codeinterpreter.v1"
arn = "arn:aws:bedrock-agentcore:us-east-1:aws:code-interpreter/" + interpreter


def invoke(session, name, **arguments):
    answer = client.invoke_code_interpreter(
        codeInterpreterIdentifier=interpreter, sessionId=session, name=name, arguments=arguments)
    assert answer["sessionId"] == session
    results = [event["result"] for event in answer["stream"]]
    whole = {"content": [block for result in results for block in result["content"]], "isError": results[-1]["isError"]}
    whole.update(results[-1].get("structuredContent", {}))
    whole["text"] = "".join(block.get("text", "") for block in whole["content"])
    return whole


def refused(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def held(what, condition):
    assert condition, what
    print(what)


token = "token-" + "t" * 40
start = dict(codeInterpreterIdentifier=arn, name="first", sessionTimeoutSeconds=600, clientToken=token)
started = client.start_code_interpreter_session(**start)
session = started["sessionId"]
held("start", session.isalnum() and started["codeInterpreterIdentifier"] == interpreter
     and abs(started["createdAt"].timestamp() - time.time()) < 60)
held("start again", client.start_code_interpreter_session(**start)["sessionId"] == session)
held("start with another body", refused(
    lambda: client.start_code_interpreter_session(**dict(start, name="second"))) == ("ValidationException", 400))
held("get", client.get_code_interpreter_session(codeInterpreterIdentifier=interpreter, sessionId=session)["status"]
     == "READY")

first = invoke(session, "executeCode", code="x = 20\nprint('hi')\nx + 1", language="python")
held("executeCode", (first["text"], first["stdout"], first["stderr"], first["exitCode"], first["isError"])
     == ("hi\n21\n", "hi\n21\n", "", 0, False) and first["executionTime"] > 0)
held("state", invoke(session, "executeCode", code="print(x * 2)", language="python")["stdout"] == "40\n")
raised = invoke(session, "executeCode", code="1/0", language="python")
held("exception", raised["isError"] and raised["exitCode"] == 1 and "ZeroDivisionError" in raised["stderr"])
cleared = invoke(session, "executeCode", code="print(x)", language="python", clearContext=True)
held("clearContext", "NameError" in cleared["stderr"])
command = invoke(session, "executeCommand", command="echo out; echo err >&2; exit 3")
held("executeCommand", (command["stdout"], command["stderr"], command["exitCode"]) == ("out\n", "err\n", 3))
written = invoke(session, "writeFiles", content=[{"path": "a/b.txt", "text": "text \u2028"}, {"path": "c", "blob": b"\xff\0"}])
held("writeFiles", written["text"] == "Successfully wrote all 2 files")
read = invoke(session, "readFiles", paths=["a/b.txt", "c"])["content"]
held("readFiles", read[0]["resource"]["text"] == "text \u2028" and read[0]["resource"]["uri"].endswith("b.txt")
     and read[1]["resource"]["blob"] == b"\xff\0")
listed = {block["name"]: block for block in invoke(session, "listFiles", directoryPath="")["content"]}
held("listFiles", listed["a"]["description"] == "Directory" and listed["c"]["size"] == 2
     and listed["c"]["uri"] == "file:///c")
held("removeFiles", not invoke(session, "removeFiles", paths=["c"])["isError"]
     and invoke(session, "readFiles", paths=["c"])["isError"])
task = invoke(session, "startCommandExecution", command="echo begun; exec sleep 100")
held("startCommandExecution", task["taskStatus"] == "submitted")
for _ in range(200):
    looked = invoke(session, "getTask", taskId=task["taskId"])
    if looked["stdout"]:
        break
    time.sleep(0.05)
held("getTask", looked["taskStatus"] == "working" and looked["stdout"] == "begun\n")
held("stopTask", invoke(session, "stopTask", taskId=task["taskId"])["taskStatus"] == "canceled")
held("deno or not", refused(lambda: invoke(session, "executeCode", code="1", language="python", runtime="deno"))
     == ("ValidationException", 400))

minted = client.invoke_code_interpreter(
    codeInterpreterIdentifier=interpreter, name="executeCommand", arguments={"command": "true"})
list(minted["stream"])
page = client.list_code_interpreter_sessions(codeInterpreterIdentifier=interpreter, maxResults=1)
held("list", [item["sessionId"] for item in page["items"]] == [minted["sessionId"]])
page = client.list_code_interpreter_sessions(codeInterpreterIdentifier=interpreter, nextToken=page["nextToken"])
held("list on", [item["sessionId"] for item in page["items"]] == [session] and "nextToken" not in page)
stopped = client.stop_code_interpreter_session(codeInterpreterIdentifier=interpreter, sessionId=session)
held("stop", stopped["sessionId"] == session and stopped["lastUpdatedAt"] >= started["createdAt"])
held("terminated", client.get_code_interpreter_session(codeInterpreterIdentifier=interpreter, sessionId=session)["status"]
     == "TERMINATED")
held("list terminated", [item["sessionId"] for item in client.list_code_interpreter_sessions(
    codeInterpreterIdentifier=interpreter, status="TERMINATED")["items"]] == [session])
held("invoke terminated", refused(lambda: invoke(session, "executeCommand", command="true"))
     == ("ResourceNotFoundException", 404))
held("unknown interpreter", refused(lambda: client.start_code_interpreter_session(codeInterpreterIdentifier="other"))
     == ("ResourceNotFoundException", 404))
