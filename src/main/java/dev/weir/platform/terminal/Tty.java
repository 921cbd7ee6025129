package dev.weir.platform.terminal;

import java.io.Console;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The terminal at standard input, put into raw mode: every key is a byte to be read, also Ctrl-C, and what is written is shown as it is.
 * POSIX's own four functions, called directly: a terminal library would ask the terminal questions, and read the answers, on a line that
 * belongs to the program at its other end. Linux and macOS.
 */
public final class Tty implements AutoCloseable {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    /** After what was written is shown, in both systems. */
    private static final int TCSADRAIN = 1;
    private static final int TCSANOW = 0;
    /** More than a struct termios has anywhere. */
    private static final int TERMIOS = 256;
    private static final boolean MAC = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    private static final long TIOCGWINSZ = MAC ? 0x40087468L : 0x5413L;
    private static final int MOST = 1000;

    private final Functions c;
    private final Arena memory = Arena.ofShared();
    private final MemorySegment before = memory.allocate(TERMIOS);
    private final MemorySegment raw = memory.allocate(TERMIOS);
    private final MemorySegment window = memory.allocate(8);
    private boolean restored;

    /** Columns and rows, each 1 to 1000. */
    public record Size(int columns, int rows) {}

    private Tty(Functions c) {
        this.c = c;
    }

    /** Whether standard input and output both are a terminal. */
    @SuppressWarnings("SystemConsoleNull") // in Java 25 there again may be none, as before 22
    public static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** Puts the terminal into raw mode. Throws {@link IllegalStateException} if there is none, or if this is no POSIX system. */
    public static Tty open() {
        Tty tty = new Tty(new Functions());
        tty.c.check(tty.c.call(tty.c.tcgetattr, STDIN, tty.before));
        tty.raw.copyFrom(tty.before);
        tty.c.makeRaw(tty.raw);
        tty.resume();
        return tty;
    }

    /** Puts it into raw mode again, after a stay in the background. */
    public synchronized void resume() {
        if (!restored) {
            c.check(c.set(STDIN, TCSANOW, raw));
        }
    }

    /** 80 by 24 where the terminal does not know. */
    public synchronized Size size() {
        int columns = 0;
        int rows = 0;
        if (!restored && c.window(STDOUT, window) == 0) {
            rows = Short.toUnsignedInt(window.get(ValueLayout.JAVA_SHORT, 0));
            columns = Short.toUnsignedInt(window.get(ValueLayout.JAVA_SHORT, 2));
        }
        return new Size(columns == 0 ? 80 : Math.min(columns, MOST), rows == 0 ? 24 : Math.min(rows, MOST));
    }

    /** Puts it back into the mode that it was found in; any number of times, also when it is no longer there. */
    @Override
    public synchronized void close() {
        if (!restored) {
            restored = true;
            c.set(STDIN, TCSADRAIN, before);
            memory.close();
        }
    }

    /** Of the C library. */
    @SuppressWarnings("restricted") // the launcher allows it
    private static final class Functions {
        private final Linker linker = Linker.nativeLinker();
        private final MethodHandle tcgetattr = find("tcgetattr", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        private final MethodHandle tcsetattr = find("tcsetattr", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        private final MethodHandle cfmakeraw = find("cfmakeraw", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        private final MethodHandle ioctl = find("ioctl", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS), Linker.Option.firstVariadicArg(2));

        private MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
            return linker.downcallHandle(linker.defaultLookup().find(name)
                    .orElseThrow(() -> new IllegalStateException("this system has no " + name)), type, options);
        }

        int call(MethodHandle function, int descriptor, MemorySegment data) {
            try {
                return (int) function.invokeExact(descriptor, data);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        int set(int descriptor, int when, MemorySegment termios) {
            try {
                return (int) tcsetattr.invokeExact(descriptor, when, termios);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        int window(int descriptor, MemorySegment size) {
            try {
                return (int) ioctl.invokeExact(descriptor, TIOCGWINSZ, size);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        void makeRaw(MemorySegment termios) {
            try {
                cfmakeraw.invokeExact(termios);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        void check(int result) {
            if (result != 0) {
                throw new IllegalStateException("standard input is not a terminal");
            }
        }
    }
}
