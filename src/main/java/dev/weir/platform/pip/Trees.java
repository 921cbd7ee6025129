package dev.weir.platform.pip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories as a whole; links are never followed. Blocking. */
final class Trees {
    private Trees() {}

    /** Whether everything below is a file or a directory. */
    static boolean isPlain(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.allMatch(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)
                    || Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
        }
    }

    static void delete(Path root) throws IOException {
        empty(root);
        Files.deleteIfExists(root);
    }

    static void empty(Path root) throws IOException {
        List<Path> below;
        try (Stream<Path> all = Files.walk(root)) {
            below = all.filter(each -> !each.equals(root)).sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : below) {
            Files.deleteIfExists(each);
        }
    }
}
