package dev.weir.feature.webhook;

import dev.weir.feature.webhook.Courier.Reply;
import dev.weir.feature.webhook.Delivery.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a try leads to. Success is 2xx and nothing else; 410 ends and disables; what may not or cannot be signed is rejected; everything else
 * is tried again, eleven times over about a day, each pause up to a tenth longer or shorter so that letters that failed together do not come
 * back together.
 */
public record RetryRules(RandomGenerator random) {
    static final List<Duration> PAUSES = List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2),
            Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofHours(2),
            Duration.ofHours(4), Duration.ofHours(8), Duration.ofHours(8));

    private static final int GONE = 410;

    /**
     * The next state of a delivery and its endpoint.
     *
     * @param outcome for the log
     */
    public record Step(State state, Instant nextAt, String outcome, Optional<String> note, Health health) {}

    Step after(Delivery delivery, Reply reply, Health health, Instant now) {
        return switch (reply) {
            case Reply.Answered answered when answered.status() >= 200 && answered.status() < 300 ->
                new Step(State.DELIVERED, now, "" + answered.status(), Optional.empty(),
                        new Health(0, Optional.empty(), Instant.EPOCH, health.disabled()));
            case Reply.Answered answered when answered.status() == GONE ->
                new Step(State.FAILED, now, "" + GONE, Optional.of("the receiver answered 410 Gone"),
                        health.afterGone());
            case Reply.Answered answered -> failed(delivery, "" + answered.status(),
                    answered.retryAfter().orElse(Duration.ZERO), health, now);
            case Reply.Failed failed -> failed(delivery, failed.fault().name().toLowerCase(Locale.ROOT),
                    Duration.ZERO, health, now);
            case Reply.Forbidden forbidden -> rejected("the URL may not be reached: " + forbidden.rule(), health, now);
        };
    }

    /** There is no key of the tenant's own by that name, or it is not one: nothing is ever sent unsigned. */
    Step unsigned(Health health, Instant now) {
        return rejected("the signing secret cannot be resolved", health, now);
    }

    /** Its stage is gone or tells somebody else by now: nobody's fault. */
    Step removed(Health health, Instant now) {
        return new Step(State.FAILED, now, "removed", Optional.of(DeliveryStore.REMOVED), health);
    }

    /** What it takes to send could not be looked up now: not the endpoint's fault. */
    Step unprepared(Delivery delivery, String outcome, Health health, Instant now) {
        Step step = failed(delivery, outcome, Duration.ZERO, health, now);
        return new Step(step.state(), step.nextAt(), step.outcome(), step.note(), health);
    }

    private Step failed(Delivery delivery, String outcome, Duration atLeast, Health health, Instant now) {
        Health after = health.afterFailure(now, atLeast, outcome);
        if (delivery.tries() >= PAUSES.size()) {
            int tries = delivery.tries() + 1;
            return new Step(State.FAILED, now, outcome, Optional.of("given up after " + tries + " tries"), after);
        }
        Duration pause = jittered(PAUSES.get(delivery.tries()));
        Instant next = now.plus(pause.compareTo(atLeast) > 0 ? pause : atLeast);
        return new Step(State.PENDING, next, outcome, Optional.empty(), after);
    }

    private static Step rejected(String note, Health health, Instant now) {
        return new Step(State.REJECTED, now, "rejected", Optional.of(note), health);
    }

    private Duration jittered(Duration pause) {
        long millis = pause.toMillis();
        return Duration.ofMillis(random.nextLong(millis - millis / 10, millis + millis / 10 + 1));
    }
}
