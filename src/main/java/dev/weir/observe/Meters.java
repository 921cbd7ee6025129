package dev.weir.observe;

import io.micrometer.core.instrument.MeterRegistry;

/** Our own meters of the API, beside those Vert.x keeps of requests and connections. Prometheus sees {@code weir_..._total}. */
public final class Meters {
    /** Runs accepted over HTTP; tag {@code replayed}: whether an idempotency key named an earlier one. */
    public static final String RUNS_ACCEPTED = "weir.runs.accepted";
    /** JSON pages of events asked for. */
    public static final String EVENT_PAGES = "weir.events.pages";
    /** Problem documents sent; tags {@code problem} and {@code status}. */
    public static final String PROBLEMS = "weir.problems";

    /** Runs that ended and what follows from that is done; tag {@code status}, {@code throttled} among them. */
    public static final String RUNS_ENDED = "weir.runs.ended";
    /** Runs failed because the queue gave up their message. */
    public static final String DEAD_LETTERS = "weir.queue.dead_letters";
    /** Tries to deliver; tag {@code outcome}: {@code delivered}, {@code retried} later, {@code failed} for good, {@code rejected} unsent. */
    public static final String DELIVERIES = "weir.deliveries";
    /**
     * Times of schedules; tag {@code outcome}: {@code fired}, {@code missed} while nothing could run, {@code refused}; and {@code paused} for
     * schedules that stopped.
     */
    public static final String SCHEDULE_TIMES = "weir.schedule.times";

    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    public void runAccepted(boolean replayed) {
        registry.counter(RUNS_ACCEPTED, "replayed", Boolean.toString(replayed)).increment();
    }

    public void runEnded(String status) {
        registry.counter(RUNS_ENDED, "status", status).increment();
    }

    public void deadLetters(int count) {
        registry.counter(DEAD_LETTERS).increment(count);
    }

    public void pageRead() {
        registry.counter(EVENT_PAGES).increment();
    }

    public void delivery(String outcome) {
        registry.counter(DELIVERIES, "outcome", outcome).increment();
    }

    public void scheduleTimes(String outcome, int times) {
        registry.counter(SCHEDULE_TIMES, "outcome", outcome).increment(times);
    }

    public void problem(String name, int status) {
        registry.counter(PROBLEMS, "problem", name, "status", Integer.toString(status)).increment();
    }
}
