package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.cli.client.Terminal;

/** What a validator has to say, as the API writes it. */
final class Findings {
    private Findings() {}

    static boolean refuse(JsonNode findings) {
        for (JsonNode finding : findings) {
            if (finding.path("severity").asText().equals("error")
                    || finding.path("severity").asText().equals("block")) {
                return true;
            }
        }
        return false;
    }

    static void print(JsonNode findings, Terminal terminal) {
        for (JsonNode finding : findings) {
            String place = finding.path("file").asText();
            int line = finding.path("line").asInt();
            terminal.alarm((place.isEmpty() ? "" : place + (line > 0 ? ":" + line : "") + ": ")
                    + finding.path("severity").asText() + " " + finding.path("rule").asText() + ": "
                    + finding.path("message").asText());
        }
    }
}
