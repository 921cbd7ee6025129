package dev.weir.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP. A shutdown hook would hear of the first one only; whoever sends a second one means it. Java's own way to
 * signals is not part of its specification, so it is not named at compile time.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    /** The same on every system that has them. */
    private static final Map<String, Integer> NUMBERS = Map.of("TERM", 15, "INT", 2, "HUP", 1);

    private StopSignals() {}

    /** Runs {@code first} at the first of them and {@code again} at each later one, on a thread of Java's own. */
    static void handle(Runnable first, Runnable again) {
        handle(number -> first.run(), number -> again.run());
    }

    /** As above, for who wants to know the number of the signal. */
    static void handle(IntConsumer first, IntConsumer again) {
        AtomicBoolean heard = new AtomicBoolean();
        for (String name : NUMBERS.keySet()) {
            try {
                install(name, () -> (heard.getAndSet(true) ? again : first).accept(NUMBERS.get(name)));
            } catch (InvocationTargetException absent) {
                LOG.debug("there is no SIG{} here", name);
            } catch (ReflectiveOperationException strange) {
                throw new IllegalStateException("this Java knows no signals", strange);
            }
        }
    }

    private static void install(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object ours = Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[]{handler},
                (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.run();
                    }
                    return null;
                });
        signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name),
                ours);
    }
}
