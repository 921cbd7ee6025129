package dev.weir.wire.zip;

import java.util.Optional;

/** Files and folders, nothing else, and each the same by its name as by its attributes. */
final class EntryKinds {
    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int FOLDER = 0x4000;
    private static final int LINK = 0xa000;
    private static final int DOS_FOLDER = 0x10;

    private EntryKinds() {}

    /** The mode counts whatever system the entry claims to come from: extractors differ in whether they look. */
    static Optional<ZipFault> check(Central entry) {
        int type = (int) (entry.attributes() >> 16) & TYPE;
        boolean folder = entry.isFolder();
        if (type == LINK) {
            return fault(ZipRule.SYMLINK, entry, "symbolic links are not allowed");
        } else if (type != 0 && type != REGULAR && type != FOLDER) {
            return fault(ZipRule.SPECIAL_FILE, entry, "only files and folders are allowed");
        } else if (type == (folder ? REGULAR : FOLDER) || (!folder && (entry.attributes() & DOS_FOLDER) != 0)) {
            return fault(ZipRule.MALFORMED, entry, "the entry is a file by one header and a folder by another");
        } else if (folder && entry.size() != 0) {
            return fault(ZipRule.MALFORMED, entry, "a folder has content");
        }
        return Optional.empty();
    }

    private static Optional<ZipFault> fault(ZipRule rule, Central entry, String message) {
        return Optional.of(new ZipFault(rule, EntryNames.printable(entry.name()), message));
    }
}
