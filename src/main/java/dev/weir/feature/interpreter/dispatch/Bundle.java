package dev.weir.feature.interpreter.dispatch;

import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A skill's code, as it was accepted. Its files are not in memory: most sessions have them already.
 *
 * @param digest of the files, in hexadecimal: the same digest is the same files
 * @param entry {@code module:function}, called with the arguments as one value, as in a microVM; or a file, such as
 *        {@code scripts/entrypoint.py}, whose {@code run} is called with the arguments by keyword, and which is executed as a script if it has none
 * @param timeout of the code; zero means 60 s. The service ends any call after 15 minutes
 * @param hasDependencies whether it brings libraries of its own
 * @param files opens them: batches of at most about 8 MiB, each read when it is asked for; to be closed. Blocks, and may throw a problem
 */
public record Bundle(String digest, String entry, Duration timeout, boolean hasDependencies,
        Supplier<Stream<List<FileContent>>> files) {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{16,128}");
    private static final Duration USUAL_TIMEOUT = Duration.ofMinutes(1);
    private static final String DEPENDENCIES = ".weir/dependencies/";

    public Bundle {
        if (!DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException("not a digest");
        }
        if (!entry.contains(":")) {
            requireInside(entry);
        }
    }

    /**
     * Of files that are known by name.
     *
     * @param paths of all files: relative, and none of them leads out
     */
    public static Bundle of(String digest, Collection<String> paths, String entry, Duration timeout,
            Supplier<Stream<List<FileContent>>> files) {
        paths.forEach(Bundle::requireInside);
        return new Bundle(digest, entry, timeout, paths.stream().anyMatch(path -> path.startsWith(DEPENDENCIES)),
                files);
    }

    Duration effectiveTimeout() {
        return timeout.isZero() ? USUAL_TIMEOUT : timeout;
    }

    /** The files, whose paths were looked at once more. */
    Stream<List<FileContent>> open() {
        return files.get().peek(batch -> batch.forEach(file -> requireInside(file.path())));
    }

    private static void requireInside(String path) {
        if (path.isEmpty() || path.startsWith("/") || path.indexOf('\\') >= 0 || path.indexOf('\0') >= 0
                || List.of(path.split("/", -1)).contains("..")) {
            throw new IllegalArgumentException("a path that is not inside the bundle");
        }
    }
}
