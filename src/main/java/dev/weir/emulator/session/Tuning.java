package dev.weir.emulator.session;

import java.time.Duration;

/**
 * The service's own figures, which AWS does not let a caller set; tests shorten them.
 *
 * @param poll between two looks at a container's {@code /ping} (AWS: about 2 s, by field reports)
 * @param start how long a container may take until its {@code /ping} answers (AWS, V1 platform: 30 s)
 * @param response until an invocation's response begins (AWS: 15 min)
 * @param stream until an invocation's response ends (AWS: 60 min)
 * @param stop how long a container may take to end (AWS: 15 s)
 * @param maxSessions at a time; more are refused with ServiceQuotaExceededException
 */
public record Tuning(Duration poll, Duration start, Duration response, Duration stream, Duration stop,
        int maxSessions) {
    public static final Tuning AWS = new Tuning(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofMinutes(15),
            Duration.ofHours(1), Duration.ofSeconds(15), 500);
}
