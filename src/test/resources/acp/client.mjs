// An ACP client of the Node SDK: one session, one prompt, the first option of whatever is asked. Prints every message, as it passes.
//   node client.mjs API ASK stdio COMMAND...      API is the SDK's version, 1 or 2; ASK the one that is asked for
//   node client.mjs API ASK ws URL KEY
import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { createWebSocketStream } from "@agentclientprotocol/sdk/experimental/ws-client";
import * as v1 from "@agentclientprotocol/sdk";
import * as v2 from "@agentclientprotocol/sdk/experimental/v2";
import { WebSocket } from "ws";

const [api, ask, way, ...where] = process.argv.slice(2);
const acp = api === "2" ? v2 : v1;
const child = way === "stdio" && spawn(where[0], where.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
const wire = child
  ? acp.ndJsonStream(Writable.toWeb(child.stdin), Readable.toWeb(child.stdout))
  : createWebSocketStream(where[0], { WebSocket, headers: { Authorization: `Bearer ${where[1]}` } });
const tap = (sign) => new TransformStream({
  transform(message, controller) {
    console.log(sign, JSON.stringify(message));
    controller.enqueue(message);
  },
});
const out = tap(">");
const sent = out.readable.pipeTo(wire.writable);
let isIdle;
const idle = new Promise((resolve) => { isIdle = resolve; });

await acp.client({ name: "test" })
  .onRequest(acp.methods.client.session.requestPermission, ({ params }) =>
    ({ outcome: { outcome: "selected", optionId: params.options[0].optionId } }))
  .onNotification(acp.methods.client.session.update, ({ params }) => params.update.state === "idle" && isIdle())
  .connectWith({ readable: wire.readable.pipeThrough(tap("<")), writable: out.writable }, async (agent) => {
    const who = { name: "test", version: "1" };
    await agent.request(acp.methods.agent.initialize, { protocolVersion: Number(ask),
      ...(api === "2" ? { info: who, capabilities: {} } : { clientInfo: who, clientCapabilities: {} }) });
    const { sessionId } = await agent.request(acp.methods.agent.session.new, { cwd: "/tmp", mcpServers: [] });
    await agent.request(acp.methods.agent.session.prompt,
      { sessionId, prompt: [{ type: "text", text: "Grüße, 世界 🌍 \u007f\u2028" }] });
    await (api === "2" && idle); // in version 2 the answer only says that the prompt has been taken
  });
if (child) {
  child.on("exit", (code, signal) => console.log("exit", code ?? signal));
  child.stdin.end();
} else {
  await out.writable.close().catch(() => {});
  await sent.catch(() => {});
}
