package dev.weir.feature.run;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** When what is due; {@link Instant#MAX} where nothing is. */
final class Deadlines {
    Instant start;
    Instant renew;
    Instant timeout = Instant.MAX;
    Instant open = Instant.MAX;
    Instant replace = Instant.MAX;
    Instant lost = Instant.MAX;
    Instant cancel = Instant.MAX;
    Instant save = Instant.MAX;
    Instant acknowledge = Instant.MAX;

    Deadlines(Instant start, Instant renew) {
        this.start = start;
        this.renew = renew;
    }

    boolean isDue(Instant deadline, Instant now) {
        return !now.isBefore(deadline);
    }

    Duration untilNext(Instant now) {
        Instant next = Stream.of(start, timeout, renew, open, replace, lost, cancel, save, acknowledge)
                .min(Instant::compareTo).orElseThrow();
        return now.isBefore(next) ? Duration.between(now, next) : Duration.ZERO;
    }
}
