package dev.weir.feature.webhook;

import dev.weir.feature.webhook.Courier.Letter;
import dev.weir.feature.webhook.Delivery.State;
import dev.weir.feature.webhook.DeliveryStore.Leased;
import dev.weir.feature.webhook.DeliveryStore.Room;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private final Subscriptions subscriptions;
    private final Consumer<State> tried;
    private final RetryRules rules;
    private final InstantSource clock;
    private final Settings settings;
    /** Letters that were taken and are not settled. */
    private final AtomicInteger letters = new AtomicInteger();
    /** They and the look for more. */
    private final AtomicInteger underWay = new AtomicInteger();
    /** Calls that nobody has looked for yet, or whose look goes on; whoever makes it more than 0 looks. */
    private final AtomicInteger calls = new AtomicInteger();
    private final Promise<Void> idle = Promise.promise();
    private volatile boolean stopping;

    /**
     * How much at once.
     *
     * @param perEndpoint so that a slow one holds up only itself
     * @param lookUp how long the look-up of a subscription may take, and that of keys
     * @param lease longer than both and the courier's time-out together
     */
    public record Settings(int most, int perEndpoint, Duration lookUp, Duration lease) {
        /** A quarter, so that nobody has it all, but never less than one endpoint may have. */
        int perTenant() {
            return Math.max(perEndpoint, most / 4);
        }
    }

    /**
     * Whom to ask, and to tell.
     *
     * @param tried what each try that was kept has made of its delivery; {@code PENDING}: it will be tried again
     */
    public record Ports(DeliveryStore store, Courier courier, SigningKeys keys, Subscriptions subscriptions,
            Consumer<State> tried) {}

    public Dispatcher(Ports ports, RetryRules rules, Settings settings, InstantSource clock) {
        this.store = ports.store();
        this.courier = ports.courier();
        this.keys = ports.keys();
        this.subscriptions = ports.subscriptions();
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
        return calls.getAndIncrement() == 0 ? look() : Future.succeededFuture(0);
    }

    /** Only one at a time, so that what it finds free stays free; calls that came meanwhile may have come too late for it. */
    private Future<Integer> look() {
        int heard = calls.get();
        underWay.incrementAndGet();
        return Future.succeededFuture().compose(_ -> take()).onComplete(_ -> {
            if (calls.addAndGet(-heard) > 0) {
                look().onFailure(Dispatcher::unread);
            }
            left();
        });
    }

    private Future<Integer> take() {
        int free = settings.most() - letters.get();
        if (stopping || free <= 0) {
            return Future.succeededFuture(0);
        }
        Instant now = clock.instant();
        Room room = new Room(free, settings.perTenant(), settings.perEndpoint());
        return store.lease(room, now, now.plus(settings.lease())).map(leased -> {
            letters.addAndGet(leased.size());
            underWay.addAndGet(leased.size());
            leased.forEach(each -> deliver(each).onComplete(_ -> ended()));
            return leased.size();
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
        letters.decrementAndGet();
        pull().onFailure(Dispatcher::unread);
        left();
    }

    private static void unread(Throwable failure) {
        LOG.atWarn().setCause(failure).log("deliveries could not be read; trying again");
    }

    private void left() {
        if (underWay.decrementAndGet() == 0 && stopping) {
            idle.tryComplete();
        }
    }

    /** Whatever the ports throw is a failure like others: nothing may keep the slot. */
    private Future<Boolean> deliver(Leased leased) {
        Delivery delivery = leased.delivery();
        Instant begun = clock.instant();
        return inTime(() -> subscriptions.holds(delivery.endpoint()))
                .compose(holds -> holds ? withKeys(delivery) : removed())
                .recover(failure -> unprepared(delivery, "not_sent", failure))
                .compose(rule -> settle(leased, begun, rule))
                .onFailure(failure -> LOG.atWarn().addKeyValue("delivery", delivery.id()).setCause(failure)
                        .log("what became of a delivery could not be kept; it will be sent again"));
    }

    private Future<Function<Health, Step>> withKeys(Delivery delivery) {
        return inTime(() -> keys.value(delivery.endpoint().stage().tenant(), delivery.endpoint().secret()))
                .transform(found -> found.succeeded()
                        ? signed(delivery, found.result())
                        : unprepared(delivery, "no_keys", found.cause()));
    }

    private <T> Future<T> inTime(Supplier<Future<T>> port) {
        return Future.succeededFuture().compose(_ -> port.get()).timeout(settings.lookUp().toMillis(),
                TimeUnit.MILLISECONDS);
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

    private Future<Function<Health, Step>> unprepared(Delivery delivery, String outcome, Throwable failure) {
        LOG.atWarn().addKeyValue("delivery", delivery.id()).setCause(failure).log("a delivery cannot be sent now");
        return Future.succeededFuture(health -> rules.unprepared(delivery, outcome, health, clock.instant()));
    }

    private Future<Function<Health, Step>> removed() {
        return Future.succeededFuture(health -> rules.removed(health, clock.instant()));
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
