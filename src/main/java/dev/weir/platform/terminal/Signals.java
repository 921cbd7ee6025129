package dev.weir.platform.terminal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Signals that end nothing. The class of the JDK that tells of them is supported and exported (JEP 260), yet javac warns about each use
 * and cannot be told not to; hence by reflection.
 */
public final class Signals {
    private Signals() {}

    /** Calls {@code action}, on a thread of the JVM's, whenever the signal comes; false if that cannot be had here. */
    public static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = MethodHandles.lookup().findVirtual(Runnable.class, "run",
                    MethodType.methodType(void.class)).bindTo(action);
            Object told = MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance(name), told);
            return true;
        } catch (ReflectiveOperationException absent) {
            return false;
        }
    }
}
