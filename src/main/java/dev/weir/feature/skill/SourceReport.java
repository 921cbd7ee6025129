package dev.weir.feature.skill;

import java.util.List;
import java.util.Optional;

/**
 * What a package's source says of itself.
 *
 * @param findings in the order of files and lines; one of severity {@code error} refuses the package
 * @param handler present if its module could be read and has it
 */
public record SourceReport(List<Finding> findings, Optional<HandlerShape> handler) {
    public SourceReport {
        findings = List.copyOf(findings);
    }

    /** True if a finding refuses the package. */
    public boolean refused() {
        return findings.stream().anyMatch(finding -> finding.severity().equals("error"));
    }

    /** A report of one finding that refuses the package as a whole. */
    public static SourceReport refusal(String rule, String message) {
        return new SourceReport(List.of(new Finding(rule, "error", "", 0, message)), Optional.empty());
    }
}
