package dev.weir.feature.run.event;

import dev.weir.kernel.Ids;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** A run's name: {@code run_} and 32 hexadecimal digits, 48 bits of time for locality and 80 random ones against guessing. */
public record RunId(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public RunId {
        if (!Ids.isLegal(value)) {
            throw new IllegalArgumentException("not a run id");
        }
    }

    /** A new id; ids of later milliseconds sort after it. */
    public static RunId create(Instant now) {
        byte[] tail = new byte[10];
        RANDOM.nextBytes(tail);
        HexFormat hex = HexFormat.of();
        return new RunId("run_" + hex.toHexDigits(now.toEpochMilli(), 12) + hex.formatHex(tail));
    }

    /** The id in {@code text}, or empty if no id looks like that. */
    public static Optional<RunId> parse(String text) {
        return Ids.isLegal(text) ? Optional.of(new RunId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
