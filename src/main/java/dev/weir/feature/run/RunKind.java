package dev.weir.feature.run;

/** What a run executes, and in what. */
public enum RunKind {
    /** A skill's handler, in a microVM of its own for each attempt. */
    HANDLER,
    /** A skill's handler, in a code interpreter's sandbox that is lent to it. */
    DISPATCH,
    /** A caller's own code or command, in a code interpreter's sandbox. */
    CODE;

    /** Whether it has a skill, stage and deployment in the catalog. */
    public boolean isOfSkill() {
        return this != CODE;
    }
}
