package dev.weir.wire.jsonrpc;

/**
 * What one line is, as far as JSON-RPC sees it. Ids are JSON: numbers exactly as in the message, so that 1 and 1.0 stay different; strings in
 * one way of escaping them, so that they are equal however they came. Both can be put into a message as they are.
 */
public sealed interface Envelope {
    /**
     * Asks for an answer.
     *
     * @param session {@code params.sessionId}, or empty
     */
    record Request(String id, String method, String session) implements Envelope {}

    /** Asks for none. */
    record Notification(String method, String session) implements Envelope {}

    /**
     * Answers.
     *
     * @param id {@code null} as text where the asker could not be told
     * @param session {@code result.sessionId}, or empty
     */
    record Response(String id, boolean isError, String session) implements Envelope {}

    /** JSON, but not one of the above; {@code id} is {@code null} as text where there is none that can be read. */
    record Invalid(String id, String why) implements Envelope {}

    /** No JSON. */
    record NotJson() implements Envelope {}
}
