package dev.weir.wire.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Refused;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Frames to JSON text and back. A text that is no frame is an {@link IllegalArgumentException} that does not quote it. */
public final class FrameCodec {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static {
        JSON.getFactory().setStreamReadConstraints(StreamReadConstraints.builder()
                .maxDocumentLength(Parts.MAX_FRAME)
                .maxStringLength(Parts.MAX_FRAME)
                .maxNestingDepth(500)
                .build());
    }

    /** UTF-8 bytes an events frame needs beside its events and the commas between them, at most. */
    public static final int EVENTS_OVERHEAD = 64;

    private static final String EVENTS_HEAD = "{\"type\":\"events\",\"first\":";

    private FrameCodec() {}

    public static String encode(GatewayFrame frame) {
        return switch (frame) {
            case Attach attach -> encode(attach);
            case Ack ack -> typed("ack").put("n", ack.n()).toString();
            case Cancel _ -> typed("cancel").toString();
        };
    }

    public static String encode(RunnerFrame frame) {
        return switch (frame) {
            case Hello hello -> typed("hello").put("boot", hello.boot()).toString();
            case Attached attached ->
                typed("attached").put("known", attached.known()).put("last", attached.last()).toString();
            case Refused refused -> typed("refused").put("reason", refused.reason()).toString();
            case Events events -> {
                ObjectNode json = typed("events").put("first", events.first());
                ArrayNode array = json.putArray("events");
                events.events().forEach(event -> array.add(tree(event)));
                yield json.toString();
            }
        };
    }

    /**
     * An events frame made of events already encoded (the texts of {@link #tree}), so that a sender which measured each of them need not encode
     * it again.
     */
    public static String events(long first, List<String> encoded) {
        return EVENTS_HEAD + first + ",\"events\":[" + String.join(",", encoded) + "]}";
    }

    /** One event as it stands inside an events frame: for a sender that must know how much room it takes. */
    public static ObjectNode tree(Event event) {
        return switch (event) {
            case Output output -> kind("output").put("stream", output.stream()).put("text", output.text());
            case Message message -> kind("message").set("value", message.value());
            case Succeeded done -> kind("succeeded").set("output", done.output());
            case Failed failed -> kind("failed").put("error", failed.kind()).put("message", failed.message());
            case Cancelled _ -> kind("cancelled");
            case TimedOut _ -> kind("timed_out");
        };
    }

    public static GatewayFrame decodeGatewayFrame(String text) {
        JsonNode json = parse(text);
        return switch (string(json, "type")) {
            case "attach" -> new Attach(string(json, "run"), attempt(json), number(json, "fence"),
                    number(json, "after"),
                    string(json, "package_url"), Optional.ofNullable(json.get("start")).map(FrameCodec::start));
            case "ack" -> new Ack(number(json, "n"));
            case "cancel" -> new Cancel();
            default -> throw notAFrame();
        };
    }

    public static RunnerFrame decodeRunnerFrame(String text) {
        JsonNode json = parse(text);
        return switch (string(json, "type")) {
            case "hello" -> new Hello(string(json, "boot"));
            case "attached" -> new Attached(flag(json, "known"), number(json, "last"));
            case "refused" -> new Refused(string(json, "reason"));
            case "events" -> {
                List<Event> events = new ArrayList<>();
                array(json, "events").forEach(event -> events.add(event(event)));
                yield new Events(number(json, "first"), events);
            }
            default -> throw notAFrame();
        };
    }

    private static Event event(JsonNode json) {
        return switch (string(json, "kind")) {
            case "output" -> new Output(string(json, "stream"), string(json, "text"));
            case "message" -> new Message(present(json, "value"));
            case "succeeded" -> new Succeeded(present(json, "output"));
            case "failed" -> new Failed(string(json, "error"), string(json, "message"));
            case "cancelled" -> new Cancelled();
            case "timed_out" -> new TimedOut();
            default -> throw notAFrame();
        };
    }

    private static String encode(Attach attach) {
        ObjectNode json = typed("attach")
                .put("run", attach.run())
                .put("attempt", attach.attempt())
                .put("fence", attach.fence())
                .put("after", attach.after())
                .put("package_url", attach.packageUrl());
        attach.start().ifPresent(start -> {
            ObjectNode inner = json.putObject("start")
                    .put("digest", start.digest())
                    .put("handler", start.handler())
                    .put("timeout_ms", start.timeoutMs())
                    .put("grace_ms", start.graceMs());
            inner.set("input", start.input());
            ObjectNode env = inner.putObject("env");
            start.env().forEach(env::put);
        });
        return json.toString();
    }

    private static Start start(JsonNode json) {
        Map<String, String> env = new LinkedHashMap<>();
        JsonNode entries = present(json, "env");
        if (!entries.isObject()) {
            throw notAFrame();
        }
        entries.fieldNames().forEachRemaining(name -> env.put(name, string(entries, name)));
        return new Start(string(json, "digest"), string(json, "handler"), present(json, "input"), env,
                number(json, "timeout_ms"), number(json, "grace_ms"));
    }

    private static ObjectNode typed(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static ObjectNode kind(String kind) {
        return JSON.createObjectNode().put("kind", kind);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw notAFrame();
        }
    }

    private static JsonNode present(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            throw notAFrame();
        }
        return value;
    }

    private static String string(JsonNode json, String field) {
        JsonNode value = present(json, field);
        if (!value.isTextual()) {
            throw notAFrame();
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = present(json, field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw notAFrame();
        }
        return value.longValue();
    }

    private static int attempt(JsonNode json) {
        long value = number(json, "attempt");
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw notAFrame();
        }
        return (int) value;
    }

    private static boolean flag(JsonNode json, String field) {
        JsonNode value = present(json, field);
        if (!value.isBoolean()) {
            throw notAFrame();
        }
        return value.booleanValue();
    }

    private static JsonNode array(JsonNode json, String field) {
        JsonNode value = present(json, field);
        if (!value.isArray()) {
            throw notAFrame();
        }
        return value;
    }

    private static IllegalArgumentException notAFrame() {
        return new IllegalArgumentException("not a frame of the runner protocol");
    }
}
