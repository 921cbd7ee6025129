package dev.weir.config;

import java.time.Duration;

/**
 * The executing side.
 *
 * @param maxConcurrent runs this gateway executes at the same time
 * @param maxConcurrentLong the same for runs of sizes L and XL, which have places of their own
 * @param lease how long a run stays with a gateway that says nothing; renewed at a third of it
 * @param poll between looks at the queue when nothing hints at new work
 * @param cancelGrace between TERM and KILL, for cancel and timeout alike
 * @param startTimeout for the microVM to come up and take the run
 * @param maxLogBytes of one run's events; beyond it the oldest are dropped and readers that have not got so far are told so
 * @param lostAfter how long a broken connection to a microVM is retried before the run counts as lost
 */
public record RunsConfig(
        int maxConcurrent, int maxConcurrentLong, Duration lease, Duration poll, Duration cancelGrace,
        Duration startTimeout,
        Duration lostAfter,
        long maxLogBytes,
        QueueConfig queue,
        QuotaConfig quota) {
    public static final RunsConfig DEFAULT = new RunsConfig(64, 16, Duration.ofSeconds(15), Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(330), Duration.ofMinutes(2), 256L * 1024 * 1024, QueueConfig.DEFAULT,
            QuotaConfig.DEFAULT);
}
