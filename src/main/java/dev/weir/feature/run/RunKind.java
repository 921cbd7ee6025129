package dev.weir.feature.run;

/** What a run executes, and in what. */
public enum RunKind {
    /** A skill's handler, in a microVM of its own for each attempt. */
    HANDLER,
    /** A skill's handler, in a code interpreter's sandbox that is lent to it. */
    DISPATCH,
    /** The same, in a fresh interpreter within the sandbox. */
    DISPATCH_APART,
    /** A caller's own code or command, in a code interpreter's sandbox. */
    CODE;

    /** Whether another gateway can go on with it where this one stopped. */
    public boolean outlivesGateway() {
        return this == HANDLER;
    }

    /** Whether it has a skill, stage and deployment in the catalog. */
    public boolean isOfSkill() {
        return this != CODE;
    }
}
