package dev.weir.platform.http;

/** An address that may not be reached: which rule it breaks, for whoever chose it. */
final class BrokenRule extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    BrokenRule(String rule) {
        super(rule, null, false, false);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
