package dev.weir.edge.http;

import dev.weir.edge.stream.RunStreams;
import dev.weir.feature.access.Permit;
import dev.weir.feature.run.RecordEvents;
import dev.weir.feature.run.RunStatus;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.event.EventId;
import dev.weir.feature.run.event.RunId;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.observe.Meters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A run's events: as a live stream, a page of JSON, or a WebSocket. */
final class EventRoutes {
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final Features features;
    private final RunStreams streams;
    private final Meters meters;

    EventRoutes(Features features, RunStreams streams, Meters meters) {
        this.features = features;
        this.streams = streams;
        this.meters = meters;
    }

    void mount(Mount mount) {
        mount.readable(HttpMethod.GET, "/v1/runs/{run_id}/events", this::events);
        mount.readable(HttpMethod.GET, "/v1/runs/{run_id}/socket", this::socket);
    }

    private Future<Void> events(RoutingContext ctx, Permit permit) {
        RunId run = Path.run(ctx);
        return Accepts.eventStream(ctx) ? stream(ctx, permit, run) : page(ctx, permit, run);
    }

    /** EventSource stops reconnecting on 204, and on nothing else (WHATWG HTML, 9.2.3). */
    private Future<Void> stream(RoutingContext ctx, Permit permit, RunId id) {
        Query query = new Query(ctx);
        EventId after = lastEventId(ctx).or(() -> query.cursor("after")).orElse(EventId.START);
        query.doneLeniently();
        return features.runs().read(permit, id, after).compose(reading -> switch (reading) {
            case Runs.Reading.Over _ -> Reply.empty(ctx, 204);
            case Runs.Reading.From from -> {
                RequestLoop.run(ctx, () -> streams.sse(ctx, from.run(), from.after()));
                yield Future.succeededFuture();
            }
        });
    }

    private Future<Void> page(RoutingContext ctx, Permit permit, RunId id) {
        Query query = new Query(ctx);
        query.text(Authentication.TICKET, Integer.MAX_VALUE);
        EventId after = query.cursor("after").orElse(EventId.START);
        int limit = query.number("limit", 1, 1000, 100);
        Duration wait = Duration.ofSeconds(query.number("wait", 0, 60, 0));
        query.done();
        return features.runs().read(permit, id, after).compose(reading -> switch (reading) {
            case Runs.Reading.Over _ -> Reply.bytes(ctx, 200, Reply.JSON, EventPage.over(after));
            case Runs.Reading.From from -> {
                EventPage page = new EventPage(ctx.vertx(), RequestLoop.of(ctx), from.after(), limit, wait);
                if (from.run().status() == RunStatus.QUEUED && from.after().equals(EventId.START)) {
                    page.beginningWith(RecordEvents.queued(id));
                }
                yield collect(ctx, id, page, from.after());
            }
        });
    }

    private Future<Void> collect(RoutingContext ctx, RunId id, EventPage page, EventId after) {
        meters.pageRead();
        Promise<Buffer> done = Promise.promise();
        RequestLoop.run(ctx, () -> {
            ctx.addEndHandler(_ -> page.cancel());
            page.collect((loop, reader) -> features.feeds().subscribe(id, after, loop, reader)).onComplete(done);
        });
        return done.future().compose(bytes -> Reply.bytes(ctx, 200, Reply.JSON, bytes));
    }

    private Future<Void> socket(RoutingContext ctx, Permit permit) {
        RunId id = Path.run(ctx);
        if (!ctx.request().canUpgradeToWebSocket()) {
            ctx.response().putHeader("Upgrade", "websocket");
            throw new HttpException(426, "this resource is a WebSocket");
        }
        Query query = new Query(ctx);
        EventId after = query.cursor("after").orElse(EventId.START);
        query.doneLeniently();
        return features.runs().read(permit, id, after).compose(reading -> switch (reading) {
            // A refused upgrade would make the client try again; a clean close tells it that there is nothing more.
            case Runs.Reading.Over _ -> ctx.request().toWebSocket().compose(ServerWebSocket::close);
            case Runs.Reading.From from -> {
                RequestLoop.run(ctx, () -> streams.socket(ctx, from.run(), from.after()));
                yield Future.succeededFuture();
            }
        });
    }

    private static Optional<EventId> lastEventId(RoutingContext ctx) {
        List<String> given = ctx.request().headers().getAll(LAST_EVENT_ID);
        if (given.isEmpty() || (given.size() == 1 && given.getFirst().isEmpty())) {
            return Optional.empty();
        }
        Optional<EventId> id = given.size() == 1 ? EventId.parse(given.getFirst()) : Optional.empty();
        return Optional.of(id.orElseThrow(() -> new ProblemException(
                Problem.Invalid.of("", LAST_EVENT_ID + " must be one event id, <attempt>-<number>"))));
    }
}
