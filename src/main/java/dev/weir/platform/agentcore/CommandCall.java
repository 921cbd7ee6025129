package dev.weir.platform.agentcore;

import dev.weir.feature.agent.AgentCommand;
import dev.weir.feature.agent.AgentCommands.Output;
import dev.weir.feature.agent.AgentCommands.Running;
import dev.weir.feature.agent.CommandEnd;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.platform.agentcore.AgentCoreCommands.Ways;
import dev.weir.wire.eventstream.EventReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command: the attempts to have it taken, then the stream that tells of it. All state is confined to one event loop. */
final class CommandCall implements Running {
    private static final Logger LOG = LoggerFactory.getLogger(CommandCall.class);
    private static final String STREAM = "application/vnd.amazon.eventstream";
    /** AgentCore's events have 64 KB at most. */
    private static final int LARGEST_EVENT = 1024 * 1024;
    /** Of a refusal, of which a few words are shown. */
    private static final int LARGEST_REFUSAL = 64 * 1024;
    /** For AgentCore to say that a command's time is over. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Context context;
    private final Ways ways;
    private final AgentCommand command;
    private final Output output;
    private final Promise<CommandEnd> end;
    private final EventReader reader = new EventReader(LARGEST_EVENT);
    private final OutputBytes stdout = new OutputBytes();
    private final OutputBytes stderr = new OutputBytes();

    private HttpClientRequest request;
    private HttpClientResponse response;
    private boolean paused;
    private boolean over;
    private int failures;
    private long timer = -1;
    private long deadline;
    private long pausedAt;

    CommandCall(Vertx vertx, Context context, Ways ways, AgentCommand command, Output output) {
        this.vertx = vertx;
        this.context = context;
        this.ways = ways;
        this.command = command;
        this.output = output;
        this.end = ((VertxInternal) vertx).promise();
    }

    void start() {
        context.runOnContext(v -> attempt());
    }

    @Override
    public Future<CommandEnd> end() {
        return end.future();
    }

    @Override
    public void pause() {
        context.runOnContext(v -> {
            if (!paused) {
                paused = true;
                pausedAt = System.nanoTime();
                if (response != null) {
                    response.pause();
                }
            }
        });
    }

    @Override
    public void resume() {
        context.runOnContext(v -> {
            if (paused) {
                paused = false;
                deadline += System.nanoTime() - pausedAt; // the time is AgentCore's, not ours
                if (response != null) {
                    response.resume();
                }
            }
        });
    }

    @Override
    public void abandon() {
        context.runOnContext(v -> fail(new Problem.Conflict("the command was given up")));
    }

    private void attempt() {
        if (over) {
            return;
        }
        URI target = UpgradeTarget.commands(ways.config());
        byte[] body = new JsonObject().put("command", command.line())
                .put("timeout", Math.toIntExact(command.timeout().toSeconds())).toBuffer().getBytes();
        Map<String, String> extra = Map.of("Content-Type", "application/json", "Accept", STREAM,
                AgentDialer.SESSION_HEADER, command.session());
        timer = vertx.setTimer(ways.config().connectTimeout().toMillis(), id -> fail(Refusal.timedOut().problem()));
        var _ = ways.signing().headers(target, extra, body)
                .whenComplete((headers, failure) -> context.runOnContext(v -> {
                    if (failure != null) {
                        fail(ProblemException.problemOf(Refusal.of(failure)));
                    } else if (!over) {
                        ways.http().request(options(target, headers)).onComplete(open -> send(open, body),
                                unsent -> again(Refusal.of(unsent).problem()));
                    }
                }));
    }

    private static RequestOptions options(URI target, Map<String, String> headers) {
        boolean tls = "https".equals(target.getScheme());
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setHost(target.getHost())
                .setPort(target.getPort() >= 0 ? target.getPort() : tls ? 443 : 80).setSsl(tls)
                .setURI(target.getRawPath() + "?" + target.getRawQuery()).setFollowRedirects(false)
                .setHeaders(HttpHeaders.headers());
        options.getHeaders().addAll(headers);
        return options;
    }

    /** From here on the command may be run. */
    private void send(HttpClientRequest open, byte[] body) {
        if (over) {
            open.connection().close();
            return;
        }
        request = open;
        open.response().onComplete(this::answered, failure -> broken());
        open.end(Buffer.buffer(body)).onFailure(failure -> broken());
    }

    private void answered(HttpClientResponse head) {
        if (over) {
            return;
        }
        vertx.cancelTimer(timer);
        response = head;
        String type = String.valueOf(head.getHeader(HttpHeaders.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
        head.exceptionHandler(failure -> broken());
        if (head.statusCode() != 200) {
            timer = vertx.setTimer(GRACE.toMillis(), id -> fail(Refusal.timedOut().problem()));
            Buffer words = Buffer.buffer();
            head.handler(bytes -> words.appendBuffer(bytes.slice(0,
                    Math.min(bytes.length(), LARGEST_REFUSAL - words.length()))));
            head.endHandler(v -> refused(head, words));
        } else if (!type.startsWith(STREAM)) {
            fail(broken("the answer to a command is no event stream"));
        } else {
            deadline = System.nanoTime() + command.timeout().plus(GRACE).toNanos();
            watch();
            head.handler(this::arrived);
            head.endHandler(v -> broken());
            if (paused) {
                pausedAt = System.nanoTime();
                head.pause();
            }
        }
    }

    private void refused(HttpClientResponse head, Buffer words) {
        if (over) {
            return;
        }
        vertx.cancelTimer(timer);
        String type = head.getHeader("x-amzn-ErrorType");
        LOG.debug("command refused: status={} type={} request={}", head.statusCode(), Printable.of(type, 64),
                Printable.of(head.getHeader("x-amzn-RequestId"), 64));
        Problem problem = ShellRefusal.problem(head.statusCode(), type, words, CommandEvent.ACTION);
        if (head.statusCode() == 409 || head.statusCode() == 429) {
            again(problem);
        } else {
            fail(problem);
        }
    }

    /** Nothing was run: later, if there is still time. */
    private void again(Problem problem) {
        if (over) {
            return;
        }
        vertx.cancelTimer(timer);
        request = null;
        response = null;
        failures++;
        Duration pause = ShellRefusal.isPassing(problem)
                ? ways.retry().beforeOpening(failures).orElse(Duration.ZERO)
                : Duration.ZERO;
        if (pause.isZero()) {
            fail(problem);
        } else {
            timer = vertx.setTimer(Math.max(1, pause.toMillis()), id -> attempt());
        }
    }

    /** AgentCore ends a command in time; if nothing is heard of it for longer, nothing will be. */
    private void watch() {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0 && !paused) {
            fail(Refusal.timedOut().problem());
        } else {
            timer = vertx.setTimer(Math.max(1000, left), id -> watch());
        }
    }

    private void arrived(Buffer bytes) {
        if (over) {
            return;
        }
        try {
            reader.read(bytes, message -> happened(CommandEvent.of(message)));
        } catch (IllegalArgumentException nonsense) {
            LOG.warn("the answer to a command is broken: {}", nonsense.getMessage());
            fail(broken("the answer to a command is broken"));
        }
    }

    private void happened(CommandEvent event) {
        if (over) {
            return;
        }
        switch (event) {
            case CommandEvent.Piece piece when piece.error() -> output.stderr(stderr.of(piece));
            case CommandEvent.Piece piece -> output.stdout(stdout.of(piece));
            case CommandEvent.Stop(CommandEnd how) -> {
                close();
                end.tryComplete(how);
            }
            case CommandEvent.Fault(Problem problem) -> fail(problem);
            case CommandEvent.Other() -> LOG.debug("an event of a command means nothing here");
        }
    }

    /** Whether the command was run, or still runs, is not known. */
    private void broken() {
        fail(broken("the connection to AgentCore was lost; whether the command was run is not known"));
    }

    private static Problem broken(String what) {
        return new Problem.UpstreamFailed(Refusal.SYSTEM, what);
    }

    private void fail(Problem problem) {
        if (!over) {
            close();
            end.tryFail(new ProblemException(problem));
        }
    }

    private void close() {
        over = true;
        vertx.cancelTimer(timer);
        if (request != null) {
            request.connection().close();
        }
    }
}
