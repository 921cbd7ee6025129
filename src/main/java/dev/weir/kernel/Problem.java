package dev.weir.kernel;

import java.time.Duration;
import java.util.List;

/**
 * Everything that can go wrong in a way a client is told about. The text of each record is public: it is written for the caller and
 * never holds a secret, a value the caller sent, or a stack trace. Only {@code edge.http.ProblemMapper} and {@code cli.client.ExitCode} switch
 * over it; the table of statuses, close codes and exit codes is theirs.
 */
public sealed interface Problem {
    /** What the caller reads. */
    String detail();

    /** The request is malformed or breaks a rule; every violation found is listed. */
    record Invalid(String detail, List<Violation> violations) implements Problem {
        public Invalid {
            violations = List.copyOf(violations);
        }

        /** One violation of one field; {@code pointer} is a JSON Pointer into the body, or {@code ""} for the whole. */
        public static Invalid of(String pointer, String message) {
            return new Invalid(message, List.of(new Violation(pointer, message)));
        }
    }

    /** No credential, or one that is not known. */
    record Unauthenticated(String detail) implements Problem {}

    /** The caller is known and may not do this. */
    record Forbidden(String detail) implements Problem {}

    /** Absent, or another tenant's: the two look the same. */
    record NotFound(String kind, String id) implements Problem {
        @Override
        public String detail() {
            return "there is no such " + kind;
        }
    }

    /** The state of the resource does not allow this now (409). */
    record Conflict(String detail) implements Problem {}

    /** Others still need it (409); {@code users} names them. */
    record InUse(String what, List<String> users) implements Problem {
        public InUse {
            users = List.copyOf(users);
        }

        @Override
        public String detail() {
            return what + " is in use by " + String.join(", ", users);
        }
    }

    /** What was asked for existed and has been trimmed (410); {@code oldest} is the first id still there. */
    record Gone(String detail, String oldest) implements Problem {}

    /** Well-formed, but contradicts an earlier request (422). */
    record Unprocessable(String detail) implements Problem {}

    /** Larger than {@code limitBytes} (413). */
    record TooLarge(String what, long limitBytes) implements Problem {
        @Override
        public String detail() {
            return what + " is larger than " + limitBytes + " bytes";
        }
    }

    /** A limit of the tenant's is used up (429); {@code runId} names the run that was not executed for it, or is empty. */
    record QuotaExceeded(String detail, Duration retryAfter, String runId) implements Problem {}

    /** AgentCore, or another system behind us, failed (502). */
    record UpstreamFailed(String system, String detail) implements Problem {}

    /** AgentCore, or another system behind us, did not answer in time (504). */
    record UpstreamTimeout(String system) implements Problem {
        @Override
        public String detail() {
            return system + " did not answer in time";
        }
    }

    /** Draining, full, or a dependency is away (503); {@code runId} names the run that failed for it, or is empty. */
    record Unavailable(String detail, Duration retryAfter, String runId) implements Problem {}

    /** A fault of ours; {@code incident} is what the log knows it by. */
    record Internal(String incident) implements Problem {
        @Override
        public String detail() {
            return "something went wrong on our side; quote incident " + incident;
        }
    }
}
