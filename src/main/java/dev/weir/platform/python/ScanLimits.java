package dev.weir.platform.python;

import java.time.Duration;

/**
 * How much one scan may use.
 *
 * @param wall from start to kill, also the longest wait for a turn
 * @param cpuSeconds processor time, kept by the kernel
 * @param memoryBytes address space, kept by the kernel where it can (Linux); 256 MiB of it are the scan's own stack
 * @param outputBytes size of the report, kept by the kernel
 * @param fileBytes the largest source file that is read
 * @param findings the most that are reported
 * @param concurrent scans at a time
 */
public record ScanLimits(
        Duration wall,
        int cpuSeconds,
        long memoryBytes,
        int outputBytes,
        int fileBytes,
        int findings,
        int concurrent) {
    public static ScanLimits usual() {
        return new ScanLimits(Duration.ofSeconds(90), 60, 1536L << 20, 1 << 20, 4 << 20, 200, 2);
    }
}
