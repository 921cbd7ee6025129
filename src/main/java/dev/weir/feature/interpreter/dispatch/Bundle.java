package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A skill's code, as it was accepted.
 *
 * @param digest of the files, in hexadecimal: the same digest is the same files
 * @param files paths relative, none of which leads out
 * @param entry {@code module:function}, called with the arguments as one value, as in a microVM; or a file, such as
 *        {@code scripts/entrypoint.py}, whose {@code run} is called with the arguments by keyword, and which is executed as a script if it has none
 * @param timeout of the code; zero means 60 s. The service ends any call after 15 minutes
 */
public record Bundle(String digest, List<FileContent> files, String entry, Duration timeout) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{16,128}");
    private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(1);
    private static final String DEPENDENCIES = ".weir/dependencies/";

    public Bundle {
        files = List.copyOf(files);
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("not a digest");
        }
        files.forEach(file -> requireInside(file.path()));
        if (!entry.contains(":")) {
            requireInside(entry);
        }
    }

    Duration effectiveTimeout() {
        return timeout.isZero() ? USUAL_TIMEOUT : timeout;
    }

    /** Libraries of its own cannot share an interpreter with another skill's: many cannot be loaded twice. */
    boolean hasDependencies() {
        return files.stream().anyMatch(file -> file.path().startsWith(DEPENDENCIES));
    }

    private static void requireInside(String path) {
        if (path.isEmpty() || path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0
                || List.of(path.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("a path that is not inside the bundle");
        }
    }
}
