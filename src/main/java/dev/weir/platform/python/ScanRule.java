package dev.weir.platform.python;

import java.util.Arrays;
import java.util.Optional;

/** The rules of the source scan; {@code src/docs/security-scan.md} explains each with examples. */
public enum ScanRule {
    EXEC("py.exec", Severity.BLOCK, true), //
    PROCESS("py.process", Severity.BLOCK, true), //
    NATIVE("py.native", Severity.BLOCK, true), //
    DESERIALISE("py.deserialise", Severity.BLOCK, true), //
    IMPORT_MACHINERY("py.import-machinery", Severity.BLOCK, true), //
    INTROSPECTION("py.introspection", Severity.BLOCK, true), //
    HOST_SECRETS("py.host-secrets", Severity.BLOCK, true), //
    DECEPTIVE_SOURCE("py.deceptive-source", Severity.BLOCK, true), //
    DOUBTFUL("py.doubtful", Severity.WARN, true), //
    FORBIDDEN_FILE("package.forbidden-file", Severity.BLOCK, true), //
    SHADOWS_STDLIB("package.shadows-stdlib", Severity.WARN, true), //
    SYNTAX("py.syntax", Severity.BLOCK, false), //
    HANDLER_MISSING("handler.missing", Severity.BLOCK, false), //
    HANDLER_PARAMETERS("handler.parameters", Severity.BLOCK, false), //
    INCOMPLETE("scan.incomplete", Severity.BLOCK, false), //
    TOO_MANY_FINDINGS("scan.too-many-findings", Severity.BLOCK, false), //
    NO_PYTHON("scan.no-python", Severity.BLOCK, false);

    /** What a finding of a rule does to an upload. */
    public enum Severity {
        BLOCK, WARN, OFF
    }

    private final String id;
    private final Severity usual;
    private final boolean configurable;

    ScanRule(String id, Severity usual, boolean configurable) {
        this.id = id;
        this.usual = usual;
        this.configurable = configurable;
    }

    public String id() {
        return id;
    }

    public Severity usual() {
        return usual;
    }

    /** False for rules without which a package cannot run, or was not looked at. */
    public boolean configurable() {
        return configurable;
    }

    /** The rule of that id. */
    public static Optional<ScanRule> of(String id) {
        return Arrays.stream(values()).filter(rule -> rule.id.equals(id)).findFirst();
    }
}
