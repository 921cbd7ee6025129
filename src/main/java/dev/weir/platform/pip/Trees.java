package dev.weir.platform.pip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.Iterator;
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

    /** Whether there is no more below than that, in all. */
    static boolean fits(Path root, long maxBytes, int maxEntries) throws IOException {
        long bytes = 0;
        int entries = 0;
        try (Stream<Path> all = Files.walk(root)) {
            for (Iterator<Path> each = all.iterator(); each.hasNext();) {
                bytes += size(each.next());
                entries++;
                if (bytes > maxBytes || entries > maxEntries) {
                    return false;
                }
            }
        }
        return true;
    }

    private static long size(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile() ? attributes.size() : 0;
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
