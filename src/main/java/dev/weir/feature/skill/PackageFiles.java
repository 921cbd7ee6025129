package dev.weir.feature.skill;

import dev.weir.wire.zip.ArchiveEntry;
import dev.weir.wire.zip.Repack;
import dev.weir.wire.zip.StrictZip;
import dev.weir.wire.zip.ZipRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A package's files between the archive that came and the one that is written: on this machine's disk, none of them in memory. */
final class PackageFiles {
    private PackageFiles() {}

    /** One of them, to be packed; never what a symbolic link leads to. */
    private record OnDisk(Path file, boolean isExecutable) implements Repack.Content {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Names that are legal but that nothing below {@code root} can have here, such as those beyond ASCII in the C locale. */
    static List<Finding> unnameable(StrictZip zip, Path root) {
        return zip.entries().stream().map(ArchiveEntry::name).filter(name -> !isNameable(root, name))
                .map(name -> new Finding(ZipRule.ILLEGAL_NAME.id(), "error", name, 0,
                        "this machine cannot have a file of this name"))
                .toList();
    }

    private static boolean isNameable(Path root, String name) {
        try {
            return root.resolve(name).startsWith(root);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Names are legal and distinct on any file system, so none leads out of {@code code} or onto another. */
    static void extract(StrictZip zip, Path code) throws IOException {
        for (ArchiveEntry entry : zip.entries()) {
            Path place = code.resolve(entry.name());
            if (entry.isFolder()) {
                Files.createDirectories(place);
            } else {
                Files.createDirectories(place.getParent());
                try (OutputStream out = Files.newOutputStream(place)) {
                    zip.copyTo(entry.name(), out);
                }
            }
        }
    }

    /** What was extracted, by entry. Uploads bring no programs: what would run beside the handler was not looked at. */
    static Map<String, Repack.Content> extracted(StrictZip zip, Path code) {
        Map<String, Repack.Content> files = new TreeMap<>();
        zip.entries().stream().filter(entry -> !entry.isFolder())
                .forEach(entry -> files.put(entry.name(), new OnDisk(code.resolve(entry.name()), false)));
        return files;
    }

    /**
     * The regular files below {@code root}, under names that start with {@code prefix}; those that their owner may execute stay so, since
     * wheels ship programs. Fails with {@link IllegalArgumentException} if a name cannot be said in Unicode.
     */
    static Map<String, Repack.Content> below(Path root, String prefix) throws IOException {
        Map<String, Repack.Content> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(root)) {
            for (Iterator<Path> each = walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .iterator(); each.hasNext();) {
                Path file = each.next();
                String name = root.relativize(file).toString();
                if (!root.resolve(name).equals(file)) {
                    throw new IllegalArgumentException("a name that cannot be read back");
                }
                files.put(prefix + name.replace('\\', '/'), new OnDisk(file, isProgram(file)));
            }
        }
        return files;
    }

    private static boolean isProgram(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                    .contains(PosixFilePermission.OWNER_EXECUTE);
        } catch (UnsupportedOperationException e) {
            // A file system without modes has not kept the wheel's either.
            return false;
        }
    }
}
