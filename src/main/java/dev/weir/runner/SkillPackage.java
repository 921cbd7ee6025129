package dev.weir.runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** A fetched package: checks its digest and unpacks it. The gateway has checked it too; this is for when it, or the storage, is wrong. */
final class SkillPackage {
    static final int MAX_ENTRIES = 20_000;
    static final long MAX_UNPACKED = 400_000_000;

    private static final int CHUNK = 64 * 1024;
    private static final int OWNER_MAY_EXECUTE = 0100;
    private static final Pattern SEGMENT = Pattern.compile("[^/\\\\\\p{Cntrl}]+");

    private final Path zip;
    private long unpacked;

    SkillPackage(Path zip) {
        this.zip = zip;
    }

    /** @param digest SHA-256 in hexadecimal */
    void verify(String digest) throws RunFailure, IOException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = Files.newInputStream(zip)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
            }
        }
        if (!HexFormat.of().formatHex(sha256.digest()).equalsIgnoreCase(digest)) {
            throw new RunFailure("the package is not the one that was deployed: its digest differs");
        }
    }

    /** Into {@code target}, which is emptied first. */
    void unpack(Path target) throws RunFailure, IOException {
        delete(target);
        Files.createDirectories(target);
        try (ZipFile archive = ZipFile.builder().setPath(zip).get()) {
            List<ZipArchiveEntry> entries = Collections.list(archive.getEntries());
            if (entries.size() > MAX_ENTRIES) {
                throw new RunFailure("the package holds more than " + MAX_ENTRIES + " files");
            }
            for (ZipArchiveEntry entry : entries) {
                unpack(archive, entry, target);
            }
        } catch (RunFailure e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new RunFailure("the package is not a valid zip archive");
        }
    }

    /** Deletes {@code tree} and never what its symbolic links point to. */
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void unpack(ZipFile archive, ZipArchiveEntry entry, Path target) throws RunFailure, IOException {
        Path file = resolve(target, entry);
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (!archive.canReadEntryData(entry)) {
            throw new RunFailure("the package is encrypted or packed in a way that is not supported");
        }
        try (InputStream in = archive.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                unpacked += n;
                if (unpacked > MAX_UNPACKED) {
                    throw new RunFailure("the package unpacks to more than " + MAX_UNPACKED + " bytes");
                }
                out.write(chunk, 0, n);
            }
        }
        if ((entry.getUnixMode() & OWNER_MAY_EXECUTE) != 0 && !file.toFile().setExecutable(true)) {
            throw new IOException("a file cannot be made executable");
        }
    }

    /** Where the entry goes: a plain file or folder strictly below {@code target}. */
    private static Path resolve(Path target, ZipArchiveEntry entry) throws RunFailure {
        String name = entry.isDirectory()
                ? entry.getName().substring(0, entry.getName().length() - 1)
                : entry.getName();
        Path at = target;
        for (String segment : name.split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                throw new RunFailure("the package holds a file whose name leads out of it or is not allowed");
            }
            at = at.resolve(segment);
        }
        if (entry.isUnixSymlink()) {
            throw new RunFailure("the package holds a symbolic link");
        }
        return at;
    }
}
