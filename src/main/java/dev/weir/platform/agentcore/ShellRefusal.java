package dev.weir.platform.agentcore;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/**
 * What a refused shell or command is to the caller, who here holds the AWS credentials himself and needs to know which of his settings
 * is wrong. The service's own words are passed on where they cannot quote the signed request.
 */
final class ShellRefusal {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MOST_WORDS = 300;

    private ShellRefusal() {}

    static ProblemException of(Throwable failure) {
        return failure instanceof UpgradeRejectedException rejected
                ? new ProblemException(problem(rejected))
                : Refusal.of(failure);
    }

    /** Whether trying again later may help. */
    static boolean isPassing(Problem problem) {
        return problem instanceof Problem.Unavailable || problem instanceof Problem.UpstreamTimeout
                || problem instanceof Problem.QuotaExceeded;
    }

    private static Problem problem(UpgradeRejectedException rejected) {
        return problem(rejected.getStatus(),
                rejected.getHeaders() == null ? null : rejected.getHeaders().get("x-amzn-ErrorType"),
                rejected.getBody(), "InvokeAgentRuntimeCommandShell");
    }

    /**
     * What a refusal by HTTP is.
     *
     * @param body of the answer, or null
     * @param action the name of the AWS permission that it takes
     */
    static Problem problem(int status, String errorType, Buffer body, String action) {
        String words = words(body);
        return switch (status) {
            case 400 -> Problem.Invalid.of("", "AgentCore says that the request is not valid" + words);
            case 401 -> new Problem.Unauthenticated("AgentCore does not accept the credentials (401)");
            case 403 ->
                new Problem.Forbidden("AgentCore does not allow it (403): check the credentials, their region and "
                        + "the permission bedrock-agentcore:" + action);
            case 404 -> new Problem.NotFound("agent runtime, or endpoint of it, in this account and region", "");
            case 402, 429 -> new Problem.QuotaExceeded("AgentCore has no room for another call or shell now ("
                    + status + ")" + words, SOON, "");
            case 409 -> new Problem.Unavailable("the session is being started or ended (409)" + words, SOON, "");
            case 424 ->
                new Problem.Unavailable("the runtime failed or has no room for another shell (424)" + words, SOON,
                        "");
            default -> Refusal.problem(status, errorType);
        };
    }

    /** The message of a JSON body, or a short plain text; made fit for a terminal. */
    private static String words(Buffer body) {
        String text = "";
        if (body != null) {
            try {
                text = body.toJsonValue() instanceof JsonObject json
                        && json.getValue("message") instanceof String message ? message : "";
            } catch (DecodeException plain) {
                text = body.toString();
            }
        }
        String shown = Printable.of(text, MOST_WORDS).strip();
        return shown.isEmpty() ? "" : ": " + shown;
    }
}
