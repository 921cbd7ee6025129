package dev.weir.worker;

import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.Dispatcher;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due: when a hint says that something is, and once a poll interval. What is done with and old is forgotten now and then, a
 * little at a time.
 */
public final class WebhookVerticle extends VerticleBase {
    /** A delivery has become due. */
    public static final String DUE = "weir.delivery.due";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookVerticle.class);
    private static final int FORGOTTEN_AT_ONCE = 500;

    private final Dispatcher dispatcher;
    private final DeliveryStore store;
    private final Settings settings;
    private final InstantSource clock;
    private boolean stopping;

    /**
     * How often, and how long.
     *
     * @param sweep between two looks for what may be forgotten
     * @param keep what is done with
     * @param patience of a stop
     */
    public record Settings(Duration poll, Duration sweep, Duration keep, Duration patience) {}

    public WebhookVerticle(Dispatcher dispatcher, DeliveryStore store, Settings settings, InstantSource clock) {
        this.dispatcher = dispatcher;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        vertx.eventBus().<String>consumer(DUE, _ -> pull());
        vertx.setPeriodic(settings.poll().toMillis(), _ -> pull());
        vertx.setPeriodic(settings.sweep().toMillis(), _ -> forget());
        pull();
        forget();
        return Future.succeededFuture();
    }

    /** Completes when nothing is under way, or patience is over: what was not answered by then is sent again when its lease ends. */
    @Override
    public Future<?> stop() {
        stopping = true;
        Promise<Void> done = Promise.promise();
        dispatcher.drain().onComplete(_ -> done.tryComplete());
        vertx.setTimer(settings.patience().toMillis(), _ -> {
            if (done.tryComplete()) {
                LOG.warn("some deliveries were not answered; they will be sent again");
            }
        });
        return done.future();
    }

    private void pull() {
        if (!stopping) {
            dispatcher.pull().onFailure(failure -> LOG.warn("deliveries could not be read; trying again", failure));
        }
    }

    private void forget() {
        if (!stopping) {
            store.forget(clock.instant().minus(settings.keep()), FORGOTTEN_AT_ONCE)
                    .onSuccess(forgotten -> context.runOnContext(_ -> more(forgotten)))
                    .onFailure(failure -> LOG.warn("old deliveries could not be forgotten; trying again", failure));
        }
    }

    private void more(int forgotten) {
        if (forgotten == FORGOTTEN_AT_ONCE) {
            forget();
        }
    }
}
