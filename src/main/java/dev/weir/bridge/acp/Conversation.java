package dev.weir.bridge.acp;

/** What a client says, as its reader hears it. Safe from any thread. */
public interface Conversation {
    /** A line of the client's, without its end; {@code whole} is false if it is over the limit, and then it is only its beginning. */
    void received(byte[] line, boolean whole);

    /** The client says nothing more. Open requests get their answers, for a while. */
    void ended();
}
