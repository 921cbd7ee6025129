package dev.weir.feature.run;

/**
 * Why a run failed, or was not executed.
 *
 * @param kind {@code runtime_error}, {@code handler_error}, {@code session_lost}, {@code output_invalid}, {@code quota_exceeded}
 * @param message fit for the caller
 */
public record RunError(String kind, String message) {}
