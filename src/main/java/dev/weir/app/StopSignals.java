package dev.weir.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP. A shutdown hook would hear of the first one only; whoever sends a second one means it. Java's own way to
 * signals is not part of its specification, so it is not named at compile time.
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** Runs {@code first} at the first of them and {@code again} at each later one, on a thread of Java's own. */
    static void handle(Runnable first, Runnable again) {
        AtomicBoolean heard = new AtomicBoolean();
        for (String name : new String[]{"TERM", "INT", "HUP"}) {
            try {
                install(name, () -> (heard.getAndSet(true) ? again : first).run());
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
