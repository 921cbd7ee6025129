package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.cli.client.Terminal;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing a validator has to say.
 *
 * @param severity {@code error} refuses the package, {@code warning} does not
 * @param file empty for the package as a whole
 * @param line 1-based, 0 where none applies
 */
public record FindingLine(String rule, String severity, String file, int line, String message) {
    /** As the API writes them. */
    static List<FindingLine> read(JsonNode findings) {
        List<FindingLine> lines = new ArrayList<>();
        findings.forEach(each -> lines.add(new FindingLine(each.path("rule").asText(),
                each.path("severity").asText(), each.path("file").asText(), each.path("line").asInt(),
                each.path("message").asText())));
        return lines;
    }

    static ArrayNode json(List<FindingLine> lines) {
        ArrayNode findings = JsonNodeFactory.instance.arrayNode();
        lines.forEach(each -> findings.addObject().put("rule", each.rule).put("severity", each.severity)
                .put("file", each.file).put("line", each.line).put("message", each.message));
        return findings;
    }

    static void tell(List<FindingLine> lines, Terminal terminal) {
        for (FindingLine each : lines) {
            if (each.refuses()) {
                terminal.alarm(each.text());
            } else {
                terminal.note(each.text());
            }
        }
    }

    boolean refuses() {
        return severity.equals("error");
    }

    /** As compilers write it, so that editors find the place. */
    private String text() {
        String place = file.isEmpty() ? "" : file + (line > 0 ? ":" + line : "") + ": ";
        return place + severity + " " + rule + ": " + message;
    }
}
