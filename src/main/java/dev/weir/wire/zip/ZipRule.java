package dev.weir.wire.zip;

/** What an archive can be refused for, under the names that clients see in findings. */
public enum ZipRule {
    PATH_ESCAPE("ZipPathEscape"), //
    ABSOLUTE_PATH("ZipAbsolutePath"), //
    NUL_IN_PATH("ZipNulInPath"), //
    ILLEGAL_NAME("ZipIllegalName"), //
    PATH_TOO_LONG("ZipPathTooLong"), //
    DUPLICATE_NAME("ZipDuplicateName"), //
    SYMLINK("ZipSymlinkNotAllowed"), //
    SPECIAL_FILE("ZipSpecialFileNotAllowed"), //
    ENCRYPTED("ZipEncrypted"), //
    TOO_MANY_ENTRIES("ZipTooManyEntries"), //
    TOO_LARGE("ZipDecompressedTooLarge"), //
    MALFORMED("ZipMalformed");

    private final String id;

    ZipRule(String id) {
        this.id = id;
    }

    /** The stable name, for example {@code ZipPathEscape}. */
    public String id() {
        return id;
    }
}
