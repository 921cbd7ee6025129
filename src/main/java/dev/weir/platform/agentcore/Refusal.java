package dev.weir.platform.agentcore;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.http.UpgradeRejectedException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * What AgentCore's refusals mean to us, by its error table: which may pass if tried again, which will not. The public text names status
 * and error type only; the message of the service can name accounts, and that of a signature error quotes the signed request.
 */
final class Refusal {
    static final String SYSTEM = "AgentCore";

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Pattern TYPE = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,63}");

    private Refusal() {}

    /** The problem that {@code failure}, of an upgrade or an SDK call, is to the caller. */
    static ProblemException of(Throwable failure) {
        return switch (failure) {
            case ProblemException known -> known;
            case UpgradeRejectedException rejected -> new ProblemException(problem(rejected.getStatus(),
                    rejected.getHeaders() == null ? null : rejected.getHeaders().get("x-amzn-ErrorType")));
            case AwsServiceException refused -> new ProblemException(problem(refused.statusCode(),
                    refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode()));
            case ApiCallTimeoutException late -> timedOut();
            case ApiCallAttemptTimeoutException late -> timedOut();
            case TimeoutException late -> timedOut();
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case SSLException tls -> new ProblemException(broken("TLS"), tls);
            case WebSocketHandshakeException handshake when !handshake.getMessage().contains("closed") ->
                new ProblemException(
                        broken("the WebSocket handshake"), handshake);
            default -> new ProblemException(unreachable(), failure);
        };
    }

    /** @param errorType of the response's {@code x-amzn-ErrorType}, as sent or null; it wins over the status */
    static Problem problem(int status, String errorType) {
        String type = type(errorType);
        boolean passing = switch (type) {
            case "ConflictException", "RetryableConflictException", "ThrottlingException", "RuntimeClientError",
                    "ServiceQuotaExceededException", "InternalServerException" ->
                true;
            case "ValidationException", "AccessDeniedException", "ResourceNotFoundException", "UnauthorizedException" ->
                false;
            default -> status == 402 || status == 409 || status == 424 || status == 429 || status / 100 == 5;
        };
        String name = type.isEmpty() ? "status " + status : type + ", status " + status;
        return passing
                ? new Problem.Unavailable(SYSTEM + " cannot take the call now (" + name + ")", SOON, "")
                : new Problem.UpstreamFailed(SYSTEM, SYSTEM + " refused the call (" + name + ")");
    }

    static ProblemException timedOut() {
        return new ProblemException(new Problem.UpstreamTimeout(SYSTEM));
    }

    static Problem unreachable() {
        return new Problem.Unavailable(SYSTEM + " cannot be reached", SOON, "");
    }

    private static Problem broken(String what) {
        return new Problem.UpstreamFailed(SYSTEM, what + " with " + SYSTEM + " failed");
    }

    /** A conflict or a throttle: the only refusals of an SDK call that are repeated at once. */
    static boolean isPassing(Throwable failure) {
        return failure instanceof AwsServiceException refused
                && (refused.statusCode() == 409 || refused.statusCode() == 429);
    }

    /** The exception name in an error type like {@code ThrottlingException:http://...}; empty for anything else. */
    private static String type(String errorType) {
        if (errorType == null) {
            return "";
        }
        String name = errorType.split("[:#]", 2)[0].strip();
        return TYPE.matcher(name).matches() && !name.toLowerCase(Locale.ROOT).startsWith("http") ? name : "";
    }
}
