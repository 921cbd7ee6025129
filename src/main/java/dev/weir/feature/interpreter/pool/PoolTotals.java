package dev.weir.feature.interpreter.pool;

/**
 * The sessions of a pool, for gauges.
 *
 * @param warm free ones
 * @param stopping that left the pool and are not stopped yet
 */
public record PoolTotals(int warm, int inUse, int starting, int stopping) {}
