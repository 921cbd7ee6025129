package dev.weir.wire.shell;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@link ShellStatus} as Kubernetes' {@code metav1.Status}. A {@code metadata.shellId} makes it a confirmation, anything else is an end
 * (AWS: runtime-get-started-command-shell).
 */
final class StatusJson {
    private StatusJson() {}

    static JsonObject encode(ShellStatus status) {
        return switch (status) {
            case ShellStatus.Confirmed confirmed -> {
                JsonObject metadata = new JsonObject().put("shellId", confirmed.shellId())
                        .put("reconnected", confirmed.reconnected());
                confirmed.bytesDropped().ifPresent(bytes -> metadata.put("bytesDropped", bytes));
                yield head(metadata, true);
            }
            case ShellStatus.Exited exited when exited.code() == 0 -> head(new JsonObject(), true);
            case ShellStatus.Exited exited -> {
                JsonArray causes = new JsonArray().add(cause("ExitCode", exited.code()));
                exited.signal().ifPresent(signal -> causes.add(cause("Signal", signal)));
                yield head(new JsonObject(), false)
                        .put("reason", "NonZeroExitCode")
                        .put("message", "command terminated with exit code " + exited.code())
                        .put("details", new JsonObject().put("causes", causes));
            }
            case ShellStatus.Failed failed -> head(new JsonObject(), false).put("reason", "InternalError")
                    .put("message", failed.message()).put("code", 500);
        };
    }

    /** Throws one of the exceptions that wrong types or contents of JSON lead to. */
    static ShellStatus decode(JsonObject json) {
        JsonObject metadata = object(json.getValue("metadata"));
        if (metadata.containsKey("shellId")) {
            String shellId = (String) metadata.getValue("shellId");
            Number dropped = metadata.getNumber("bytesDropped");
            return new ShellStatus.Confirmed(shellId, Boolean.TRUE.equals(metadata.getBoolean("reconnected")),
                    dropped == null ? OptionalLong.empty() : OptionalLong.of(dropped.longValue()));
        }
        String outcome = json.getString("status");
        if ("Success".equals(outcome)) {
            return new ShellStatus.Exited(0, OptionalInt.empty());
        }
        if (!"Failure".equals(outcome)) {
            throw new IllegalArgumentException("status is neither Success nor Failure");
        }
        JsonArray causes = object(json.getValue("details")).getValue("causes") instanceof JsonArray list
                ? list
                : new JsonArray();
        OptionalInt code = find(causes, "ExitCode");
        return code.isPresent()
                ? new ShellStatus.Exited(code.getAsInt(), find(causes, "Signal"))
                : new ShellStatus.Failed(json.getString("message", ""));
    }

    private static OptionalInt find(JsonArray causes, String reason) {
        for (int i = 0; i < causes.size(); i++) {
            JsonObject cause = object(causes.getValue(i));
            if (reason.equals(cause.getString("reason"))) {
                return OptionalInt.of(Integer.parseInt(cause.getString("message")));
            }
        }
        return OptionalInt.empty();
    }

    private static JsonObject object(Object value) {
        return value == null ? new JsonObject() : (JsonObject) value;
    }

    private static JsonObject cause(String reason, int number) {
        return new JsonObject().put("reason", reason).put("message", Integer.toString(number));
    }

    private static JsonObject head(JsonObject metadata, boolean success) {
        return new JsonObject().put("kind", "Status").put("apiVersion", "v1").put("metadata", metadata)
                .put("status", success ? "Success" : "Failure");
    }
}
