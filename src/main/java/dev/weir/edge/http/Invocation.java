package dev.weir.edge.http;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the headers of an invocation ask for beside the run itself. */
final class Invocation {
    /** No answer is held back for longer. */
    static final Duration MAX_WAIT = Duration.ofMinutes(1);

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern WAIT = Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?=[,;]|$)",
            Pattern.CASE_INSENSITIVE);

    private Invocation() {}

    static Optional<String> idempotencyKey(RoutingContext ctx) {
        List<String> keys = ctx.request().headers().getAll("Idempotency-Key");
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
            throw new ProblemException(
                    Problem.Invalid.of("", "Idempotency-Key must be one header of 1 to 255 visible ASCII characters"));
        }
        return Optional.of(keys.getFirst());
    }

    /** How long the client would like to wait (RFC 7240, section 4.3), bounded; what is not understood there is ignored, as it says. */
    static Optional<Duration> wait(RoutingContext ctx) {
        Matcher wait = WAIT.matcher(String.join(",", ctx.request().headers().getAll("Prefer")));
        if (!wait.find()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(Math.min(MAX_WAIT.toSeconds(), Long.parseLong(wait.group(1)))));
    }
}
