package dev.weir.cli.skill;

import dev.weir.cli.client.ClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A directory as a package: the same files give the same bytes, whoever packs them and when. Blocking. */
final class Packing {
    static final String IGNORE = ".weirignore";
    /** What a gateway takes: files, bytes before packing, depth. */
    private static final int MAX_ENTRIES = 500;
    private static final long MAX_BYTES = 50_000_000;
    private static final int MAX_DEPTH = 20;
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final Path root;
    private final List<PathMatcher> ignored = new ArrayList<>();
    private final TreeMap<String, Path> files = new TreeMap<>();
    private long bytes;

    private Packing(Path root) {
        this.root = root;
    }

    /** The zip archive of everything below {@code root} but caches, hidden files and what {@code .weirignore} names. */
    static byte[] pack(Path root) {
        if (!Files.isDirectory(root)) {
            throw ClientException.usage(root + " is not a directory");
        }
        try {
            Packing packing = new Packing(root);
            packing.readIgnored();
            packing.collect(root, "", 1);
            return packing.zip();
        } catch (IOException unreadable) {
            throw ClientException.usage("a file of " + root + " cannot be read");
        }
    }

    private void readIgnored() throws IOException {
        Path file = root.resolve(IGNORE);
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                String pattern = line.strip().replaceFirst("/$", "");
                if (!pattern.isEmpty() && !pattern.startsWith("#")) {
                    try {
                        ignored.add(FileSystems.getDefault().getPathMatcher("glob:" + pattern));
                    } catch (IllegalArgumentException _) {
                        throw ClientException.usage(IGNORE + " has a pattern that is none");
                    }
                }
            }
        }
    }

    private void collect(Path directory, String prefix, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw ClientException.usage(prefix + " lies deeper than " + MAX_DEPTH + " directories");
        }
        List<Path> children;
        try (var listed = Files.list(directory)) {
            children = listed.toList();
        }
        for (Path child : children) {
            String name = child.getFileName().toString();
            String entry = prefix + name;
            if (name.startsWith(".") || name.equals("__pycache__") || isIgnored(entry, name)) {
                continue;
            }
            if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                collect(child, entry + "/", depth + 1);
            } else if (Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
                files.put(entry, child);
                bytes += Files.size(child);
            } else {
                throw ClientException.usage(entry + " is neither a file nor a directory; links cannot be packed");
            }
            if (files.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
                throw ClientException.usage("a package has " + MAX_ENTRIES + " files and " + MAX_BYTES
                        + " bytes at most; name what does not belong to it in " + IGNORE);
            }
        }
    }

    private boolean isIgnored(String entry, String name) {
        return ignored.stream().anyMatch(pattern -> pattern.matches(Path.of(entry)) || pattern.matches(Path.of(name)));
    }

    private byte[] zip() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(archive)) {
            for (var file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(ALWAYS);
                zip.putNextEntry(entry);
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
            }
        }
        return archive.toByteArray();
    }
}
