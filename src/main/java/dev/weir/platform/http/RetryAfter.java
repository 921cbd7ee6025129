package dev.weir.platform.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header of RFC 9110, section 10.2.3: seconds, or a date. */
final class RetryAfter {
    private static final Duration MOST = Duration.ofDays(1);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private RetryAfter() {}

    /** How long to wait from {@code now}: 0 if the time has come, a day at most; empty for anything else. */
    static Optional<Duration> read(String header, Instant now) {
        if (header == null || header.length() > 64) {
            return Optional.empty();
        }
        String text = header.strip();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(within(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
            return Optional.of(within(Duration.between(now, date)));
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }

    private static Duration within(Duration asked) {
        return asked.isNegative() ? Duration.ZERO : asked.compareTo(MOST) > 0 ? MOST : asked;
    }
}
