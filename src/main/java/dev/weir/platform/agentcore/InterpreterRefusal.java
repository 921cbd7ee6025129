package dev.weir.platform.agentcore;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What a failed call of the code interpreter is to the caller, by the service's error table. An exception inside the stream says the same
 * as one before it, with its name written in small and with no status of its own: so the name decides, and the status where there is none.
 */
final class InterpreterRefusal {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Set<String> AGAIN = Set.of("ConflictException", "RetryableConflictException",
            "ThrottlingException");
    private static final Set<Integer> FINAL = Set.of(400, 401, 403);
    private static final int MOST_WORDS = 300;
    /** What a service's words must not tell: accounts, and how a request was signed. */
    private static final Pattern UNSAFE = Pattern.compile("(?i)arn:|\\d{12}|signature|credential|token");

    private InterpreterRefusal() {}

    /**
     * @param what {@code interpreter session} or {@code code interpreter}: what was not found
     * @param id of it
     * @param action the name of the AWS permission that the call takes
     */
    static ProblemException of(Throwable failure, String what, String id, String action) {
        return switch (failure) {
            case ProblemException known -> known;
            case AwsServiceException refused -> new ProblemException(problem(refused, what, id, action));
            case ApiCallTimeoutException late -> Refusal.timedOut();
            case ApiCallAttemptTimeoutException late -> Refusal.timedOut();
            default -> new ProblemException(neverArrived(failure)
                    ? Refusal.unreachable()
                    : new Problem.UpstreamFailed(Refusal.SYSTEM, "the connection to " + Refusal.SYSTEM
                            + " was lost; whether the call was carried out is not known"),
                    failure);
        };
    }

    /** The service refused the call in a way that the same call will be refused again: its input, or who makes it. */
    static boolean isFinal(Throwable failure) {
        return failure instanceof AwsServiceException refused && FINAL.contains(refused.statusCode())
                && !AGAIN.contains(name(refused));
    }

    /** No answer came, though the call may have been carried out. */
    static boolean isUndecided(Throwable failure) {
        return failure instanceof SdkException && !(failure instanceof AwsServiceException) && !neverArrived(failure);
    }

    private static Problem problem(AwsServiceException refused, String what, String id, String action) {
        String name = name(refused);
        int status = refused.statusCode();
        String told = name.isEmpty() ? "status " + status : name;
        return switch (name.isEmpty() ? byStatus(status) : name) {
            case "ValidationException" -> Problem.Invalid.of("", Refusal.SYSTEM + " does not take the call"
                    + words(refused));
            case "ResourceNotFoundException" -> new Problem.NotFound(what, id);
            case "AccessDeniedException" -> new Problem.UpstreamFailed(Refusal.SYSTEM, Refusal.SYSTEM
                    + " does not allow the call (" + told
                    + "): check the credentials, their region and the permission bedrock-agentcore:" + action);
            case "ConflictException", "RetryableConflictException", "ThrottlingException",
                    "ServiceQuotaExceededException", "ServiceUnavailableException" ->
                new Problem.Unavailable(Refusal.SYSTEM + " cannot take the call now (" + told + ")", SOON, "");
            default -> status == 401 || status == 403
                    ? new Problem.UpstreamFailed(Refusal.SYSTEM, Refusal.SYSTEM + " does not accept the credentials ("
                            + told + ")")
                    : new Problem.UpstreamFailed(Refusal.SYSTEM, Refusal.SYSTEM + " failed (" + told + ")");
        };
    }

    private static String byStatus(int status) {
        return switch (status) {
            case 400 -> "ValidationException";
            case 402 -> "ServiceQuotaExceededException";
            case 403 -> "AccessDeniedException";
            case 404 -> "ResourceNotFoundException";
            case 409 -> "ConflictException";
            case 429 -> "ThrottlingException";
            case 502, 503 -> "ServiceUnavailableException";
            default -> "";
        };
    }

    /** {@code ThrottlingException}, also of {@code throttlingException}; empty where the service did not give one. */
    private static String name(AwsServiceException refused) {
        String code = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
        if (code == null || !code.matches("[A-Za-z][A-Za-z0-9]{0,63}")) {
            return "";
        }
        return code.substring(0, 1).toUpperCase(Locale.ROOT) + code.substring(1);
    }

    private static String words(AwsServiceException refused) {
        String text = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorMessage();
        return text == null || text.isBlank() || UNSAFE.matcher(text).find()
                ? ""
                : ": " + Printable.of(text, MOST_WORDS).strip();
    }

    private static boolean neverArrived(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
