package dev.weir.feature.run;

import java.time.Duration;
import java.time.Instant;

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

    /** Milliseconds until the next one is due, at least 0. */
    long millisToNext(Instant now) {
        Instant next = earlier(earlier(earlier(start, timeout), earlier(renew, open)),
                earlier(earlier(earlier(replace, lost), earlier(cancel, save)), acknowledge));
        return now.isBefore(next) ? Duration.between(now, next).toMillis() : 0;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
