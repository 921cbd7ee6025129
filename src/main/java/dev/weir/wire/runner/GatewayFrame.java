package dev.weir.wire.runner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What a gateway says to a runner. */
public sealed interface GatewayFrame {
    /**
     * The first frame of every connection: "I look after this run now".
     *
     * @param fence grows with every claim of the run; a runner refuses a fence lower than the highest it has seen
     * @param after the runner numbers its events from 1; those after this one are wanted
     * @param packageUrl where the code is, signed anew each time because the gateway's address may have changed
     * @param start present if the runner may start the run when it does not know it; absent if only a known run may go on
     */
    record Attach(String run, int attempt, long fence, long after, String packageUrl,
            Optional<Start> start) implements GatewayFrame {}

    /** Every event up to {@code n} is durable; when {@code n} is the result's number the run is over for the runner. */
    record Ack(long n) implements GatewayFrame {}

    /** End the handler: TERM to its group, KILL after the grace. Idempotent. */
    record Cancel() implements GatewayFrame {}

    /**
     * What to execute.
     *
     * @param digest SHA-256 of the package in hexadecimal
     * @param handler {@code module:function}
     * @param env exactly the environment of the handler
     * @param timeoutMs from the start of the handler
     * @param graceMs between TERM and KILL
     */
    record Start(String digest, String handler, JsonNode input, Map<String, String> env, long timeoutMs, long graceMs) {
        public Start {
            env = Map.copyOf(env);
        }

        /** The same with another environment. */
        public Start with(Map<String, String> newEnv) {
            return new Start(digest, handler, input, newEnv, timeoutMs, graceMs);
        }

        /** Without the environment and the input, which may hold secrets. */
        @Override
        public String toString() {
            return "Start[" + handler + " of " + digest + "]";
        }
    }
}
