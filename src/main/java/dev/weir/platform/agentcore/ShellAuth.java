package dev.weir.platform.agentcore;

import dev.weir.kernel.Redacted;
import java.time.Duration;
import java.util.function.Supplier;

/** How a call to a shell or command says who asks. A runtime takes AWS signatures or tokens, never both. */
public sealed interface ShellAuth {
    /** SigV4 in headers. */
    record Signed() implements ShellAuth {}

    /** SigV4 in the query, as it would be handed to a browser; {@code expiry} 1 to 300 s. Commands are signed in headers all the same. */
    record Presigned(Duration expiry) implements ShellAuth {}

    /**
     * A JWT of the issuer that the runtime was created with; no AWS credentials are used.
     *
     * @param token asked for each connection, on a virtual thread: it may block, and may throw a {@code ProblemException}
     */
    record Bearer(Supplier<Redacted> token) implements ShellAuth {
        @Override
        public String toString() {
            return "Bearer[]";
        }
    }
}
