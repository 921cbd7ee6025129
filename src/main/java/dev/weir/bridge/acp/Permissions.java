package dev.weir.bridge.acp;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the agent asks permission for in the client's place: always with one of the options that it offers, or not at all. */
final class Permissions {
    static final String METHOD = "session/request_permission";
    private static final Logger LOG = LoggerFactory.getLogger(Permissions.class);
    private static final int MOST_ID = 100;

    private Permissions() {}

    /**
     * The answer.
     *
     * @param line the agent's request
     * @param cancelled whether the turn that it belongs to was cancelled: then there is one answer only
     */
    static byte[] answer(AcpOptions.Permissions policy, String id, byte[] line, boolean cancelled) {
        JsonObject option = cancelled ? null : choice(policy, SessionMemory.parsed(line));
        if (option == null) {
            LOG.info("permission: policy={} outcome=cancelled", policy);
            return cancelled(id);
        }
        String chosen = option.getString("optionId");
        LOG.info("permission: policy={} kind={} option={}", policy, option.getString("kind"),
                printable(chosen));
        return Answers.result(id, new JsonObject().put("outcome",
                new JsonObject().put("outcome", "selected").put("optionId", chosen)));
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(MOST_ID, text.length())).replaceAll("[^ -~]", "?");
    }

    static byte[] cancelled(String id) {
        return Answers.result(id, new JsonObject().put("outcome", new JsonObject().put("outcome", "cancelled")));
    }

    private static JsonObject choice(AcpOptions.Permissions policy, JsonObject request) {
        List<String> kinds = switch (policy) {
            case ASK -> List.of();
            case AUTO -> List.of("allow_once", "allow_always");
            case DENY -> List.of("reject_once", "reject_always");
        };
        if (!(request.getValue("params") instanceof JsonObject params)
                || !(params.getValue("options") instanceof JsonArray options)) {
            return null;
        }
        for (String kind : kinds) {
            for (Object each : options) {
                if (each instanceof JsonObject option && kind.equals(option.getValue("kind"))
                        && option.getValue("optionId") instanceof String) {
                    return option;
                }
            }
        }
        return null;
    }
}
