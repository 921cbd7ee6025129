package dev.weir.platform.agentcore;

import dev.weir.config.AgentCoreConfig;
import dev.weir.feature.agent.Backoff;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.kernel.Component;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.http.EventLoops;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.bedrockagentcore.BedrockAgentCoreAsyncClient;
import software.amazon.awssdk.services.bedrockagentcore.model.CodeInterpreterSessionStatus;
import software.amazon.awssdk.services.bedrockagentcore.model.GetCodeInterpreterSessionRequest;
import software.amazon.awssdk.services.bedrockagentcore.model.InvokeCodeInterpreterRequest;
import software.amazon.awssdk.services.bedrockagentcore.model.StartCodeInterpreterSessionRequest;
import software.amazon.awssdk.services.bedrockagentcore.model.StopCodeInterpreterSessionRequest;

/**
 * AgentCore Code Interpreter through the SDK's client, for AWS and for the emulator alike. Only two calls are made again, each as the same
 * request: a stop, unless it was refused for good, and once a start of which nobody knows whether it was carried out.
 */
public final class AgentCoreInterpreter implements Interpreter, Component {
    /** For the HTTP client's read time-out: code that prints nothing is silent for as long as the service lets it run, 15 minutes. */
    public static final Duration LONGEST_SILENCE = Duration.ofSeconds(910);

    private static final String SESSION = "interpreter session";
    private static final String INTERPRETER = "code interpreter";
    private static final Duration SHORT_CALL = Duration.ofSeconds(30);
    /** A start may find everything cold. */
    private static final Duration START = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 4;

    private final String interpreter;
    private final CredentialsCache credentials;
    private final InterpreterClient client;
    private final Backoff backoff;
    private final Supplier<Executor> homes;

    /**
     * For a process with event loops: everything is told on the caller's, or else on one of its own.
     *
     * @param http for the SDK's calls, patient for {@link #LONGEST_SILENCE}; the caller's to close, after {@link #stop()}
     */
    public AgentCoreInterpreter(Vertx vertx, AgentCoreConfig config, String interpreter, CredentialsCache credentials,
            SdkAsyncHttpClient http) {
        this(config, interpreter, credentials, http, new Backoff(() -> ThreadLocalRandom.current().nextLong()),
                () -> {
                    Context context = EventLoops.here(vertx);
                    return task -> context.runOnContext(v -> task.run());
                });
    }

    /** For a process without: everything is told on whatever thread knows it first. */
    public AgentCoreInterpreter(AgentCoreConfig config, String interpreter, CredentialsCache credentials,
            SdkAsyncHttpClient http) {
        this(config, interpreter, credentials, http, new Backoff(() -> ThreadLocalRandom.current().nextLong()),
                () -> Runnable::run);
    }

    AgentCoreInterpreter(AgentCoreConfig config, String interpreter, CredentialsCache credentials,
            SdkAsyncHttpClient http, Backoff backoff, Supplier<Executor> homes) {
        this.interpreter = interpreter;
        this.credentials = credentials;
        this.client = new InterpreterClient(config, credentials, http);
        this.backoff = backoff;
        this.homes = homes;
    }

    /** Fetches the first credentials; that they are absent is found here, and does not fail the start: they may yet come. */
    @Override
    public Future<Void> start() {
        return Future.fromCompletionStage(credentials.current()).<Void>mapEmpty().otherwiseEmpty();
    }

    /** Closes the SDK's client. The sessions live on. */
    @Override
    public Future<Void> stop() {
        client.close();
        return Future.succeededFuture();
    }

    @Override
    public Future<Session> start(Optional<String> name, Duration lifetime) {
        StartCodeInterpreterSessionRequest request = StartCodeInterpreterSessionRequest.builder()
                .codeInterpreterIdentifier(interpreter)
                .name(name.orElse(null))
                .sessionTimeoutSeconds(Math.toIntExact(lifetime.toSeconds()))
                .clientToken(UUID.randomUUID().toString())
                .overrideConfiguration(options -> options.apiCallTimeout(START))
                .build();
        Promise<Session> outcome = Promise.promise();
        attemptStart(request, homes.get(), outcome, 1);
        return outcome.future();
    }

    /** A session whose answer was lost would run on, used by nobody: asked again with the same token, the service tells of the same. */
    private void attemptStart(StartCodeInterpreterSessionRequest request, Executor home, Promise<Session> outcome,
            int number) {
        client.call(sdk -> sdk.startCodeInterpreterSession(request), (started, failure) -> {
            if (failure != null && number == 1 && InterpreterRefusal.isUndecided(failure)) {
                var _ = client.after(backoff.pause(number), () -> attemptStart(request, home, outcome, number + 1));
                return;
            }
            Session session = failure == null ? new Session(started.sessionId(), started.createdAt(), true) : null;
            ProblemException problem = failure == null
                    ? null
                    : InterpreterRefusal.of(failure, INTERPRETER, interpreter, "StartCodeInterpreterSession");
            home.execute(() -> settle(outcome, session, problem));
        });
    }

    @Override
    public ToolRun invoke(String session, ToolCall call, Duration within, Results results) {
        InvokeCodeInterpreterRequest request = InvokeCodeInterpreterRequest.builder()
                .codeInterpreterIdentifier(interpreter)
                .sessionId(session)
                .name(ToolShapes.name(call))
                .arguments(ToolShapes.arguments(call))
                .overrideConfiguration(options -> ToolShapes.runtime(call)
                        .ifPresent(runtime -> options.putExecutionAttribute(RuntimeArgument.RUNTIME, runtime)))
                .build();
        ToolStream stream = new ToolStream(homes.get(), results);
        java.util.concurrent.Future<?> late = client.after(within, () -> stream.fail(Refusal.timedOut()));
        stream.end().onComplete(v -> late.cancel(false));
        client.<Void>call(sdk -> stream.isOver()
                ? CompletableFuture.completedFuture(null)
                : stream.made(sdk.invokeCodeInterpreter(request, stream)), (v, failure) -> {
                    if (failure == null) {
                        stream.answered();
                    } else {
                        stream.fail(InterpreterRefusal.of(failure, SESSION, session, "InvokeCodeInterpreter"));
                    }
                });
        return stream;
    }

    @Override
    public Future<Session> find(String session) {
        GetCodeInterpreterSessionRequest request = GetCodeInterpreterSessionRequest.builder()
                .codeInterpreterIdentifier(interpreter)
                .sessionId(session)
                .overrideConfiguration(options -> options.apiCallTimeout(SHORT_CALL))
                .build();
        return once(sdk -> sdk.getCodeInterpreterSession(request), failure -> InterpreterRefusal.of(failure,
                SESSION, session, "GetCodeInterpreterSession"))
                .map(found -> new Session(found.sessionId(), found.createdAt(), found.statusAsString() == null
                        || found.status() == CodeInterpreterSessionStatus.READY));
    }

    @Override
    public Future<Void> stop(String session) {
        StopCodeInterpreterSessionRequest request = StopCodeInterpreterSessionRequest.builder()
                .codeInterpreterIdentifier(interpreter)
                .sessionId(session)
                .clientToken(UUID.randomUUID().toString())
                .overrideConfiguration(options -> options.apiCallTimeout(SHORT_CALL))
                .build();
        Promise<Void> outcome = Promise.promise();
        attemptStop(request, homes.get(), outcome, 1);
        return outcome.future();
    }

    private void attemptStop(StopCodeInterpreterSessionRequest request, Executor home, Promise<Void> outcome,
            int number) {
        client.call(sdk -> sdk.stopCodeInterpreterSession(request), (stopped, failure) -> {
            if (failure != null && number < ATTEMPTS && !isAbsent(failure)
                    && !InterpreterRefusal.isFinal(failure)) {
                var _ = client.after(backoff.pause(number), () -> attemptStop(request, home, outcome, number + 1));
                return;
            }
            ProblemException problem = failure == null || isAbsent(failure)
                    ? null
                    : InterpreterRefusal.of(failure, SESSION, request.sessionId(), "StopCodeInterpreterSession");
            home.execute(() -> settle(outcome, null, problem));
        });
    }

    private static boolean isAbsent(Throwable failure) {
        return failure instanceof AwsServiceException refused && refused.statusCode() == 404;
    }

    private <T> Future<T> once(Function<BedrockAgentCoreAsyncClient, CompletableFuture<T>> order,
            Function<Throwable, ProblemException> problem) {
        Promise<T> outcome = Promise.promise();
        Executor home = homes.get();
        BiConsumer<T, Throwable> done = (response, failure) -> home
                .execute(() -> settle(outcome, response, failure == null ? null : problem.apply(failure)));
        client.call(order, done);
        return outcome.future();
    }

    private static <T> void settle(Promise<T> outcome, T value, ProblemException problem) {
        if (problem == null) {
            outcome.complete(value);
        } else {
            outcome.fail(problem);
        }
    }
}
