package dev.weir.bridge.acp;

import dev.weir.feature.agent.AgentShell;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.agent.ShellAddress;
import dev.weir.feature.agent.ShellEnd;
import dev.weir.feature.agent.ShellListener;
import dev.weir.wire.shell.ShellStatus;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A microVM with an agent that does as the test says, and connections that break when it says so. All on one event loop. */
final class FakeMachine implements AgentShells {
    private static final Pattern NONCE = Pattern.compile("weir-([0-9a-f]{16})");
    private static final Pattern ERRAND = Pattern.compile("BEGIN-%s:' (\\S+);\\((.*)\\)2>&1;", Pattern.DOTALL);

    final List<String> agentGot = new CopyOnWriteArrayList<>();
    final List<String> errands = new CopyOnWriteArrayList<>();
    final List<String> opened = new CopyOnWriteArrayList<>();
    /** What types into a shell finds there. */
    volatile boolean agentIsThere;
    volatile boolean answersProbes = true;
    volatile boolean answersResume = true;
    volatile boolean reads = true;
    volatile boolean takes = true;
    volatile boolean lingers;
    volatile String state = "alive";
    private final AtomicInteger launches = new AtomicInteger();
    private final AtomicInteger terminated = new AtomicInteger();
    private final Context context;
    private ShellAddress address;
    private ShellListener listener;
    private String nonce = "";
    private String noted = "";
    private long number;
    private long place;
    private int arrived;

    FakeMachine(Context context) {
        this.context = context;
    }

    @Override
    public AgentShell open(ShellAddress where, ShellListener told) {
        if (where.shell().startsWith("side-")) {
            context.runOnContext(v -> told.attached(where, false));
            return new Shell(told);
        }
        address = where;
        listener = told;
        opened.add(where.shell());
        context.runOnContext(v -> told.attached(where, false));
        return new Shell(null);
    }

    @Override
    public Future<Void> stop(String session) {
        return Future.succeededFuture();
    }

    int launches() {
        return launches.get();
    }

    int terminated() {
        return terminated.get();
    }

    void cut() {
        context.runOnContext(v -> listener.detached("cut"));
    }

    /** There is a connection again; without a status, as since August 2026. */
    void again() {
        context.runOnContext(v -> listener.attached(address, true));
    }

    /** A connection to another machine. */
    void againElsewhere() {
        context.runOnContext(v -> {
            agentIsThere = false;
            listener.attached(address, true);
            listener.confirmed(new ShellStatus.Confirmed("x", false, OptionalLong.empty()));
        });
    }

    void end(ShellEnd end) {
        context.runOnContext(v -> listener.ended(end));
    }

    /** A line of the agent's. */
    void says(String line) {
        context.runOnContext(v -> say(line));
    }

    private void say(String line) {
        number++;
        String shown = number + ":" + place + ":" + line + "\n";
        place += line.length() + 1;
        context.runOnContext(v -> listener.output(Buffer.buffer(shown)));
    }

    /** What is typed while it does not read arrives later. */
    private void typed(String text) {
        Matcher launch = NONCE.matcher(text);
        if (text.startsWith(" exec sh -c '") && !agentIsThere && launch.find()) {
            launches.incrementAndGet();
            agentIsThere = true;
            nonce = launch.group(1);
            number = 0;
            place = 0;
            arrived = 0;
            noted = "";
            say("WEIR-READY-" + nonce);
        } else if (agentIsThere && reads) {
            text.lines().forEach(this::heard);
        } else if (!agentIsThere && text.contains("_weir/probe") && launch.find()) {
            listener.output(Buffer.buffer("bash: WEIR-FRESH-" + launch.group(1) + ": command not found\r\n"));
        }
    }

    private void heard(String line) {
        arrived++;
        if (line.isEmpty()) {
            return;
        }
        agentGot.add(line);
        JsonObject message = new JsonObject(line);
        String id = message.containsKey("id") ? message.getValue("id").toString() : "";
        switch (message.getString("method", "")) {
            case "_weir/probe" -> {
                noted += arrived + ":0:" + line + "\n";
                if (answersProbes) {
                    say("{\"jsonrpc\":\"2.0\",\"id\":\"" + id + "\",\"error\":{\"code\":-32601,\"message\":\"?\"}}");
                }
            }
            case "initialize" -> answer(message, "{\"protocolVersion\":1,\"agentCapabilities\":"
                    + "{\"sessionCapabilities\":{\"resume\":{}}}}");
            case "session/new" -> answer(message, "{\"sessionId\":\"S\"}");
            case "session/resume" -> {
                if (answersResume) {
                    answer(message, "{}");
                }
            }
            case "session/prompt" -> {
                if (line.contains("quick")) {
                    answer(message, "{\"stopReason\":\"end_turn\"}");
                }
            }
            default -> {
                // nothing to say to that
            }
        }
    }

    private void answer(JsonObject request, String result) {
        String id = request.getValue("id") instanceof String text
                ? "\"" + text + "\""
                : request.getValue("id").toString();
        say("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    private String errand(String commands) {
        errands.add(commands);
        if (commands.contains("echo gone")) {
            return state + "\n" + noted;
        }
        return commands.contains("tail -c 1000") ? "its last words\n" : "";
    }

    /** The agent's, or where {@code side} is told. */
    private final class Shell implements AgentShell {
        private final ShellListener side;

        Shell(ShellListener side) {
            this.side = side;
        }

        @Override
        public Future<Void> write(Buffer bytes) {
            String text = bytes.toString(StandardCharsets.UTF_8);
            if (side != null) {
                Matcher errand = ERRAND.matcher(text);
                if (errand.find()) {
                    String printed = "BEGIN-" + errand.group(1) + ":" + errand(errand.group(2)) + "END-"
                            + errand.group(1)
                            + "\n";
                    context.runOnContext(v -> side.output(Buffer.buffer(printed)));
                }
                return Future.succeededFuture();
            }
            if (!takes) {
                return Promise.<Void>promise().future();
            }
            context.runOnContext(v -> typed(text));
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> confirm() {
            return takes && reads ? Future.succeededFuture() : Promise.<Void>promise().future();
        }

        @Override
        public void resize(int columns, int rows) {
            // nobody looks
        }

        @Override
        public void pause() {
            // little is said
        }

        @Override
        public void resume() {
            // little is said
        }

        @Override
        public void detach() {
            // goes on
        }

        @Override
        public void terminate() {
            if (side == null) {
                terminated.incrementAndGet();
                agentIsThere = false;
                if (!lingers) {
                    end(new ShellEnd.Left());
                }
            } else {
                context.runOnContext(v -> side.ended(new ShellEnd.Left()));
            }
        }
    }
}
