package dev.weir.platform.agentcore;

import dev.weir.kernel.Redacted;
import java.time.Duration;

/** How the upgrade to a shell says who asks. A runtime takes AWS signatures or tokens, never both. */
public sealed interface ShellAuth {
    /** SigV4 in headers. */
    record Signed() implements ShellAuth {}

    /** SigV4 in the query, as it would be handed to a browser; {@code expiry} 1 to 300 s. */
    record Presigned(Duration expiry) implements ShellAuth {}

    /** A JWT of the issuer that the runtime was created with; no AWS credentials are used. */
    record Bearer(Redacted token) implements ShellAuth {}
}
