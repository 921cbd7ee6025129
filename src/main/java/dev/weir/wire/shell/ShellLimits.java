package dev.weir.wire.shell;

/** What the service allows, and what a careful client takes of it (AWS: bedrock-agentcore-limits; field reports disagree on the size). */
public final class ShellLimits {
    /** Bytes of one message, with its channel byte; a larger one closes the connection with 1009. */
    public static final int MAX_MESSAGE = 64 * 1024;
    /** Bytes of typed input that our client puts into one message; some accounts are said to allow 32 KiB a message. */
    public static final int CHUNK = 32 * 1024 - 1;
    /** Messages in any second that our client sends; the service's limit is 250. */
    public static final int MESSAGES_PER_SECOND = 200;
    /** Output kept for whoever connects again. */
    public static final int REPLAY = 256 * 1024;
    /** Text messages in a row after which the service closes with 1003. */
    public static final int TEXTS = 5;
    /** Columns or rows. */
    public static final int MAX_SIDE = 1000;
    /** Shells of one session. */
    public static final int SHELLS = 10;

    private ShellLimits() {}
}
