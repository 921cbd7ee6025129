package dev.weir.wire.zip;

/**
 * A file or a folder of an archive that was found sound.
 *
 * @param name a legal relative path with '/' between its segments; a folder's ends with one
 * @param size bytes when inflated, verified
 */
public record ArchiveEntry(String name, long size) {
    public boolean isFolder() {
        return name.endsWith("/");
    }
}
