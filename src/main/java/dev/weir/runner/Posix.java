package dev.weir.runner;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The few system calls Java does not offer. Pipes are here because {@code java.io} can wait for bytes only by taking them: a reader that has
 * taken some but not yet recorded them cannot be told from one that waits, and then "drain, then record the result" has a gap.
 */
@SuppressWarnings("restricted")
final class Posix {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle KILL = function("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle PIPE = function("pipe", ValueLayout.ADDRESS);
    private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);
    private static final MethodHandle POLL = function("poll", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);
    private static final MethodHandle READ = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("read"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG));
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;

    private Posix() {}

    /** {@code false} if there is no such process or group. */
    static boolean kill(int target, int signal) {
        try {
            return (int) KILL.invokeExact(target, signal) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }

    /** The reading and the writing end; Java closes both in every process it starts. */
    static int[] pipe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            if ((int) PIPE.invokeExact(ends) != 0) {
                throw new IllegalStateException("no more file descriptors");
            }
            return ends.toArray(ValueLayout.JAVA_INT);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("pipe(2) cannot be called", e);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close(2) cannot be called", e);
        }
    }

    /** Waits until one of {@code descriptors} (negative ones are passed over) can be read or has ended; may return early. */
    static void await(int... descriptors) {
        poll(-1, descriptors);
    }

    /** Whether a read from {@code descriptor} would not wait. */
    static boolean isReadable(int descriptor) {
        return poll(0, descriptor) > 0;
    }

    private static int poll(int timeoutMillis, int... descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate((long) POLLFD_BYTES * descriptors.length, 4);
            for (int i = 0; i < descriptors.length; i++) {
                set.set(ValueLayout.JAVA_INT, (long) i * POLLFD_BYTES, descriptors[i]);
                set.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + 4, POLLIN);
            }
            return (int) POLL.invokeExact(set, (long) descriptors.length, timeoutMillis);
        } catch (Throwable e) {
            throw new IllegalStateException("poll(2) cannot be called", e);
        }
    }

    /** Bytes read into {@code target}; 0 at the end, negative on an error. */
    static int read(int descriptor, MemorySegment target) {
        try {
            return (int) (long) READ.invokeExact(descriptor, target, target.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException("read(2) cannot be called", e);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... parameters) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }
}
