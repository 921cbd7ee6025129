package dev.weir.config;

/**
 * Runs that wait.
 *
 * @param maxRuns in all; beyond, an invocation is answered 503
 * @param maxRunsPerTenant the same for one tenant
 * @param maxReceives how often a run is taken and not brought to an end before it is failed
 */
public record QueueConfig(int maxRuns, int maxRunsPerTenant, int maxReceives) {
    public static final QueueConfig DEFAULT = new QueueConfig(100_000, 50_000, 20);
}
