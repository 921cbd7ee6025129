package dev.weir.wire.zip;

/**
 * How much an archive may hold.
 *
 * @param maxEntries files and folders together
 * @param maxPath characters (UTF-16) of one entry's name
 * @param maxDepth segments of one name, the file's own included
 * @param maxInflated bytes of all files together, as headers promise and as they come out
 * @param maxRatio inflated bytes per byte of archive, once more than 1 MiB comes out
 */
public record ZipLimits(int maxEntries, int maxPath, int maxDepth, long maxInflated, int maxRatio) {
    /** Features S3-60: 500 entries, paths of 260, 50 MB inflated; depth and ratio are ours. */
    public static final ZipLimits SKILL = new ZipLimits(500, 260, 20, 50_000_000, 100);

    /** A skill as it is stored, with its dependencies: what the runner unpacks at most. */
    public static final ZipLimits PACKAGE = new ZipLimits(20_000, 400, 40, 400_000_000, 1000);

    private static final long RATIO_FREE = 1 << 20;

    public ZipLimits {
        if (maxEntries < 1 || maxPath < 1 || maxDepth < 1 || maxInflated < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    /** Whether {@code inflated} bytes are too many for an archive of {@code archive} bytes. */
    boolean isExceededBy(long inflated, long archive) {
        return inflated > maxInflated || (inflated > RATIO_FREE && inflated / maxRatio > archive);
    }
}
