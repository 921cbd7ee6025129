package dev.weir.feature.webhook;

import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.RetryRules.Step;
import dev.weir.kernel.Redacted;
import dev.weir.wire.webhook.SigningKey;
import dev.weir.wire.webhook.WebhookSignature;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due, as much at once as it may. It has no timer: somebody calls {@link #pull} when something may be due. A letter whose
 * sender dies is sent again, with the same id, when its lease ends.
 */
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final DeliveryStore store;
    private final Courier courier;
    private final SigningKeys keys;
    private final Consumer<State> tried;
    private final RetryRules rules;
    private final InstantSource clock;
    private final Settings settings;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicBoolean pulling = new AtomicBoolean();
    private final AtomicBoolean again = new AtomicBoolean();
    private final Promise<Void> idle = Promise.promise();
    private volatile boolean stopping;

    /**
     * How much at once.
     *
     * @param perEndpoint so that a slow one holds up only itself
     * @param lease longer than the look-up of keys and the courier's time-out together
     */
    public record Settings(int most, int perEndpoint, Duration lease) {}

    /**
     * Whom to ask, and to tell.
     *
     * @param tried what each try that was kept has made of its delivery; {@code PENDING}: it will be tried again
     */
    public record Ports(DeliveryStore store, Courier courier, SigningKeys keys, Consumer<State> tried) {}

    public Dispatcher(Ports ports, RetryRules rules, Settings settings, InstantSource clock) {
        this.store = ports.store();
        this.courier = ports.courier();
        this.keys = ports.keys();
        this.tried = ports.tried();
        this.rules = rules;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Begins to send what is due, and looks again whenever something ended. How many this call began; 0 if another one is looking, which then
     * looks once more.
     */
    public Future<Integer> pull() {
        int room = settings.most() - underWay.get();
        if (stopping || room <= 0) {
            return Future.succeededFuture(0);
        }
        if (!pulling.compareAndSet(false, true)) {
            again.set(true);
            return Future.succeededFuture(0);
        }
        again.set(false);
        underWay.incrementAndGet(); // the look itself, so that nobody takes it for idle
        Instant now = clock.instant();
        return store.lease(room, settings.perEndpoint(), now, now.plus(settings.lease())).map(leased -> {
            underWay.addAndGet(leased.size());
            leased.forEach(each -> deliver(each).onComplete(_ -> ended()));
            return leased.size();
        }).onComplete(_ -> {
            pulling.set(false);
            left();
            if (again.get()) {
                look();
            }
        });
    }

    /** Takes no more; completes when nothing is under way. */
    public Future<Void> drain() {
        stopping = true;
        underWay.incrementAndGet();
        left();
        return idle.future();
    }

    private void ended() {
        left();
        look();
    }

    private void look() {
        pull().onFailure(failure -> LOG.atWarn().setCause(failure).log("deliveries could not be read; trying again"));
    }

    private void left() {
        if (underWay.decrementAndGet() == 0 && stopping) {
            idle.tryComplete();
        }
    }

    private Future<Boolean> deliver(Leased leased) {
        Delivery delivery = leased.delivery();
        Instant begun = clock.instant();
        return keys.value(delivery.endpoint().stage().tenant(), delivery.endpoint().secret())
                .compose(value -> signed(delivery, value))
                .recover(failure -> Future.succeededFuture(withoutKeys(delivery, failure)))
                .compose(rule -> settle(leased, begun, rule))
                .onFailure(failure -> LOG.atWarn().addKeyValue("delivery", delivery.id()).setCause(failure)
                        .log("what became of a delivery could not be kept; it will be sent again"));
    }

    private Future<Boolean> settle(Leased leased, Instant begun, Function<Health, Step> rule) {
        AtomicReference<Step> taken = new AtomicReference<>();
        return store.settle(leased, begun, Duration.between(begun, clock.instant()), health -> {
            taken.set(rule.apply(health));
            return taken.get();
        }).onSuccess(kept -> {
            if (kept) {
                tried.accept(taken.get().state());
            }
        });
    }

    private Function<Health, Step> withoutKeys(Delivery delivery, Throwable failure) {
        LOG.atWarn().addKeyValue("delivery", delivery.id()).setCause(failure).log("no keys to sign with now");
        return health -> rules.withoutKeys(delivery, health, clock.instant());
    }

    private Future<Function<Health, Step>> signed(Delivery delivery, Optional<Redacted> value) {
        Optional<List<SigningKey>> found = value.flatMap(SigningKey::read);
        return found.isPresent()
                ? send(delivery, found.get())
                : Future.succeededFuture(health -> rules.unsigned(health, clock.instant()));
    }

    private Future<Function<Health, Step>> send(Delivery delivery, List<SigningKey> found) {
        Instant now = clock.instant();
        String signature = WebhookSignature.of(found, delivery.id(), now, delivery.body().getBytes());
        Map<String, String> headers = Map.of(WebhookSignature.ID, delivery.id(), WebhookSignature.TIMESTAMP,
                "" + now.getEpochSecond(), WebhookSignature.SIGNATURE, signature);
        return courier.send(new Letter(delivery.endpoint().url(), headers, delivery.body()))
                .map(reply -> health -> rules.after(delivery, reply, health, clock.instant()));
    }
}
