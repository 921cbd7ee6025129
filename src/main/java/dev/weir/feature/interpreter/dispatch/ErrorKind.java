package dev.weir.feature.interpreter.dispatch;

/** Why a dispatch failed; the labels are the platform's API. */
public enum ErrorKind {
    NOT_FOUND("SkillNotFound"),
    /** No result, or one that is not JSON or too large. */
    OUTPUT("SkillOutputParseError"), TIMEOUT("SkillTimeout"),
    /** The skill failed, or could not be called as it was. */
    EXECUTION("SkillExecutionError"), DEPTH("SkillDepthExceeded"), BUDGET("SkillTurnBudgetExceeded"),
    /** The interpreter could not be reached, had no room, or failed. */
    TRANSPORT("SkillTransportError"), CANCELLED("SkillCancelled");

    private final String label;

    ErrorKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
