package dev.weir.platform.http;

import dev.weir.feature.webhook.Courier.Fault;
import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.platform.http.SsrfGuard.Vetted;
import inet.ipaddr.IPAddress;
import io.vertx.core.AsyncResult;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** One letter on its way. Lives on one event loop; its outcome is set once, and then nothing is left open. */
final class Attempt {
    /** Addresses of one host to try while none takes a connection. */
    private static final int MAX_ADDRESSES = 3;
    /** Of an answer's body; it is read only so that the receiver can finish in peace. */
    private static final int MAX_ANSWER = 16 * 1024;
    /** Answers that say only that one will come: more than a few are a flood. */
    private static final int MAX_INTERIM = 5;
    /** For the same reason as the body, and no longer than this. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final HttpClient client;
    private final Letter letter;
    private final InstantSource clock;
    private final Promise<Reply> outcome;
    private Optional<HttpClientRequest> request = Optional.empty();
    private Optional<Reply> answer = Optional.empty();
    private int read;
    private int interim;

    Attempt(Vertx vertx, HttpClient client, Letter letter, InstantSource clock, Promise<Reply> outcome) {
        this.vertx = vertx;
        this.client = client;
        this.letter = letter;
        this.clock = clock;
        this.outcome = outcome;
    }

    void vetted(AsyncResult<Vetted> vetted) {
        if (vetted.succeeded()) {
            List<IPAddress> addresses = vetted.result().addresses();
            connect(vetted.result().destination(), addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size())));
        } else if (vetted.cause() instanceof BrokenRule broken) {
            finish(new Reply.Forbidden(broken.rule()));
        } else {
            finish(new Reply.Failed(Fault.UNRESOLVABLE));
        }
    }

    /** Whoever has answered by now has answered, even if the body goes on. */
    void timedOut() {
        finish(new Reply.Failed(Fault.TIMED_OUT));
    }

    private void connect(Destination destination, List<IPAddress> addresses) {
        if (outcome.future().isComplete()) {
            return;
        }
        String address = addresses.getFirst().toCanonicalString();
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setFollowRedirects(false)
                .setServer(SocketAddress.inetSocketAddress(destination.port(), address))
                .setHost(destination.bracketed()).setPort(destination.port()).setSsl(destination.tls())
                .setURI(destination.target());
        letter.headers().forEach(options::putHeader);
        options.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").putHeader(HttpHeaders.USER_AGENT, "weir");
        client.request(options).onComplete(connected -> {
            if (connected.succeeded()) {
                send(connected.result());
            } else if (connected.cause() instanceof SSLException) {
                finish(new Reply.Failed(Fault.BAD_TLS));
            } else if (addresses.size() > 1) {
                connect(destination, addresses.subList(1, addresses.size()));
            } else {
                finish(new Reply.Failed(Fault.UNREACHABLE));
            }
        });
    }

    private void send(HttpClientRequest connected) {
        request = Optional.of(connected);
        if (outcome.future().isComplete()) {
            hangUp(); // connected after all, but nobody waits any more
            return;
        }
        connected.response().onComplete(head -> {
            if (head.succeeded()) {
                answered(head.result());
            } else {
                finish(new Reply.Failed(Fault.BROKEN_OFF));
            }
        });
        connected.connection().exceptionHandler(_ -> {}); // said by the response; unheard, it would fill the log
        connected.continueHandler(_ -> interim());
        connected.earlyHintsHandler(_ -> interim());
        connected.exceptionHandler(_ -> finish(new Reply.Failed(Fault.BROKEN_OFF)));
        connected.end(letter.body());
    }

    private void interim() {
        interim++;
        if (interim > MAX_INTERIM) {
            finish(new Reply.Failed(Fault.BROKEN_OFF));
        }
    }

    private void answered(HttpClientResponse response) {
        answer = Optional.of(new Reply.Answered(response.statusCode(),
                RetryAfter.read(response.getHeader(HttpHeaders.RETRY_AFTER), clock.instant())));
        vertx.setTimer(FAREWELL.toMillis(), _ -> finish(answer.get()));
        response.handler(this::count);
        response.exceptionHandler(_ -> finish(answer.get()));
        response.endHandler(_ -> finish(answer.get()));
    }

    private void count(Buffer part) {
        read += part.length();
        if (read > MAX_ANSWER) {
            finish(answer.orElseThrow());
        }
    }

    private void finish(Reply reply) {
        if (outcome.tryComplete(answer.orElse(reply))) {
            hangUp();
        }
    }

    private void hangUp() {
        request.ifPresent(sent -> sent.connection().close());
    }
}
