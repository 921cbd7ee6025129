package dev.weir.feature.skill;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * What is wrong with an archive before anything of it touches a disk path (features S3-60, S3-61). Reads through the archive's directory,
 * as the runner does. Blocking, and bounded: nothing is kept, and no more is inflated than the limits allow.
 */
final class PackageCheck {
    static final int MAX_ENTRIES = 500;
    static final int MAX_PATH = 260;
    static final long MAX_INFLATED = 250L * 1024 * 1024;
    private static final int UNIX_LINK = 0xA000;
    private static final int UNIX_TYPE = 0xF000;

    private PackageCheck() {}

    /** Every finding; an archive with one of severity {@code error} must not be used. */
    static List<Finding> check(Path archive) {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntriesInPhysicalOrder());
            List<Finding> findings = new ArrayList<>();
            if (entries.size() > MAX_ENTRIES) {
                return List
                        .of(error("zip.too-many-entries", "", "the archive has more than " + MAX_ENTRIES + " entries"));
            }
            Set<String> names = new HashSet<>();
            entries.forEach(entry -> checkEntry(entry, names, findings));
            if (findings.isEmpty()) {
                checkSize(zip, entries, findings);
            }
            if (findings.isEmpty() && entries.stream().noneMatch(entry -> entry.getName().equals("main.py"))) {
                findings.add(error("package.no-main", "", "there is no main.py at the top of the archive"));
            }
            return findings;
        } catch (IOException | IllegalArgumentException e) {
            return List.of(error("zip.malformed", "", "this is not a readable zip archive"));
        }
    }

    private static void checkEntry(ZipArchiveEntry entry, Set<String> names, List<Finding> findings) {
        String name = entry.getName();
        if (name.isEmpty() || name.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            findings.add(error("zip.illegal-name", "", "an entry's name is empty or has control characters"));
        } else if (name.length() > MAX_PATH) {
            findings.add(error("zip.path-too-long", "", "an entry's path is longer than " + MAX_PATH + " characters"));
        } else if (name.startsWith("/") || name.startsWith("\\") || name.matches("[A-Za-z]:.*")) {
            findings.add(error("zip.absolute-path", name, "the path is absolute"));
        } else if (List.of(name.split("[/\\\\]", -1)).contains("..") || name.indexOf('\\') >= 0) {
            findings.add(error("zip.path-escape", name, "the path climbs out of its folder"));
        } else if ((entry.getUnixMode() & UNIX_TYPE) == UNIX_LINK) {
            findings.add(error("zip.symlink", name, "symbolic links are not allowed"));
        } else if (entry.getGeneralPurposeBit().usesEncryption()) {
            findings.add(error("zip.encrypted", name, "the entry is encrypted"));
        }
        if (!names.add(Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT))) {
            findings.add(error("zip.duplicate-name", name, "two entries have the same name"));
        }
    }

    /** First what the headers promise, then what really comes out. */
    private static void checkSize(ZipFile zip, List<ZipArchiveEntry> entries, List<Finding> findings)
            throws IOException {
        long promised = entries.stream().mapToLong(entry -> Math.max(0, entry.getSize())).sum();
        long left = MAX_INFLATED;
        byte[] buffer = new byte[64 * 1024];
        for (ZipArchiveEntry entry : entries) {
            if (promised > MAX_INFLATED || left < 0) {
                findings.add(
                        error("zip.too-large", "", "the archive inflates to more than " + MAX_INFLATED + " bytes"));
                return;
            }
            try (InputStream content = zip.getInputStream(entry)) {
                for (int read = content.read(buffer); read >= 0 && left >= 0; read = content.read(buffer)) {
                    left -= read;
                }
            }
        }
    }

    private static Finding error(String rule, String file, String message) {
        return new Finding(rule, "error", file, 0, message);
    }
}
