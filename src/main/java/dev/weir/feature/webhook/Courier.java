package dev.weir.feature.webhook;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Takes a letter to an address that a tenant chose, if that is one that may be reached from here. */
public interface Courier {
    /**
     * For when an address is saved: the name of the rule that it breaks, if any. Looks the host up, as {@link #send} will do again. What
     * cannot be looked up is {@code unresolvable}.
     */
    Future<Optional<String>> objection(String url);

    /** Sends once, to an address that was checked at this moment. Completes within the courier's time-out and never fails. */
    Future<Reply> send(Letter letter);

    /**
     * One POST of JSON.
     *
     * @param headers beyond those of HTTP and the content type
     */
    record Letter(String url, Map<String, String> headers, Buffer body) {
        public Letter {
            headers = Map.copyOf(headers);
        }

        /** Without body and signature. */
        @Override
        public String toString() {
            return "Letter[" + body.length() + " bytes]";
        }
    }

    /** What came of it. The body of an answer is not kept. */
    sealed interface Reply {
        /**
         * The receiver answered.
         *
         * @param retryAfter when it said so, and not more than a day
         */
        record Answered(int status, Optional<Duration> retryAfter) implements Reply {}

        /** Nothing was sent: the address breaks the rule of this name. */
        record Forbidden(String rule) implements Reply {}

        /** No answer came. */
        record Failed(Fault fault) implements Reply {}
    }

    /** Why no answer came. */
    enum Fault {
        UNRESOLVABLE, UNREACHABLE, BAD_TLS, TIMED_OUT, BROKEN_OFF
    }
}
