package dev.weir.wire.shell;

/** What the end of a shell's WebSocket means for whoever wants the shell, by close code. */
public enum ShellClose {
    /** 1000: the shell has ended, or was ended by us. */
    ENDED,
    /** 4000: another client has taken the shell. Connecting again would take it back, and so on without end. */
    TAKEN_OVER,
    /** 1002, 1003, 1007, 1009: we broke the protocol, and would again. */
    OUR_FAULT,
    /** 1008: an hour is over, we sent too fast, or read too slowly. Connect again, not at once. */
    POLICY,
    /** Anything else: connect again. */
    LOST;

    /** The meaning of {@code code}, which is 1006 where no close frame was received. */
    public static ShellClose of(int code) {
        return switch (code) {
            case 1000 -> ENDED;
            case 4000 -> TAKEN_OVER;
            case 1002, 1003, 1007, 1009 -> OUR_FAULT;
            case 1008 -> POLICY;
            default -> LOST;
        };
    }

    public boolean isFinal() {
        return this == ENDED || this == TAKEN_OVER || this == OUR_FAULT;
    }
}
