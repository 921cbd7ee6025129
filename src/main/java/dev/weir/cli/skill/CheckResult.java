package dev.weir.cli.skill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a check found.
 *
 * @param metadata what the package says of itself, as an upload's document shows it; missing or null if it could not be read
 */
public record CheckResult(List<FindingLine> findings, JsonNode metadata) {
    public CheckResult {
        findings = List.copyOf(findings);
    }

    /** From a document with {@code findings} and {@code metadata}, as the API writes them. */
    public static CheckResult of(JsonNode document) {
        return new CheckResult(FindingLine.read(document.path("findings")), document.path("metadata"));
    }

    boolean refused() {
        return findings.stream().anyMatch(FindingLine::refuses);
    }
}
