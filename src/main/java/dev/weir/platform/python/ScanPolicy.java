package dev.weir.platform.python;

import dev.weir.platform.python.ScanRule.Severity;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which rules block, warn, or are off: the usual severities with an operator's changes. */
public final class ScanPolicy {
    private final Map<ScanRule, Severity> severities = new EnumMap<>(ScanRule.class);

    private ScanPolicy() {
        for (ScanRule rule : ScanRule.values()) {
            severities.put(rule, rule.usual());
        }
    }

    public static ScanPolicy usual() {
        return new ScanPolicy();
    }

    /**
     * The usual policy with changes.
     *
     * @param changes rule id to {@code block}, {@code warn} or {@code off}
     * @throws IllegalArgumentException for an unknown rule or severity, and for a rule that cannot be changed
     */
    public static ScanPolicy of(Map<String, String> changes) {
        ScanPolicy policy = new ScanPolicy();
        changes.forEach((id, severity) -> {
            ScanRule rule = ScanRule.of(id)
                    .orElseThrow(() -> new IllegalArgumentException("there is no scan rule '" + id + "'"));
            if (!rule.configurable()) {
                throw new IllegalArgumentException("the severity of '" + id + "' cannot be changed");
            }
            policy.severities.put(rule, severity(severity));
        });
        return policy;
    }

    /** What a finding of that rule does; a rule that is not known here blocks. */
    Severity severity(ScanRule rule) {
        return severities.getOrDefault(rule, Severity.BLOCK);
    }

    /** Ids of the rules that are off. */
    List<String> off() {
        return severities.entrySet().stream().filter(each -> each.getValue() == Severity.OFF)
                .map(each -> each.getKey().id()).toList();
    }

    private static Severity severity(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "block" -> Severity.BLOCK;
            case "warn" -> Severity.WARN;
            case "off" -> Severity.OFF;
            default -> throw new IllegalArgumentException("a severity is block, warn or off, not '" + text + "'");
        };
    }
}
