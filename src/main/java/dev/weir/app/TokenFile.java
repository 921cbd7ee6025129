package dev.weir.app;

import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Redacted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A token in a file, which somebody else may renew; read each time. */
record TokenFile(Path file) implements Supplier<Redacted> {
    private static final int LONGEST = 16 * 1024;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]+");

    /** Blocks. Fails with {@code Unavailable} where there is no token: it may just be being replaced. */
    @Override
    public Redacted get() {
        try (InputStream input = Files.newInputStream(file)) {
            String text = new String(input.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
            if (TOKEN.matcher(text).matches()) {
                return new Redacted(text);
            }
            throw unavailable("there is no token in the token file");
        } catch (IOException unreadable) {
            throw unavailable("the token file cannot be read");
        }
    }

    private static ProblemException unavailable(String why) {
        return new ProblemException(new Problem.Unavailable(why, Duration.ofSeconds(1), ""));
    }
}
