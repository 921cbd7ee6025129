package dev.weir.app;

import dev.weir.config.WeirConfig;
import dev.weir.emulator.EmulatorHost;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.emulator.session.Container;
import dev.weir.runner.PythonInterpreter;
import dev.weir.runner.Runner;
import dev.weir.runner.RunnerOptions;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weir emulate}: a local AgentCore from start to stop. */
public final class Emulate {
    private static final Logger LOG = LoggerFactory.getLogger(Emulate.class);

    private Emulate() {}

    /** Runs until the process is told to end, or has been of no use for {@code emulator.linger}; the exit code. */
    public static int run(WeirConfig config) {
        Vertx vertx = Vertx.vertx();
        String python = PythonInterpreter.locate("python3");
        EmulatorHost host = new EmulatorHost(vertx, config.emulator(),
                Path.of(config.data()).toAbsolutePath().normalize(),
                Map.of("skills", dir -> {
                    Runner runner = new Runner(vertx, RunnerOptions.local(dir).withPython(python));
                    return runner.start().map(port -> new Container(port, runner::stop));
                }));
        try {
            EmulatorState state = host.start().await();
            System.out.println("AgentCore emulator at " + state.endpoint() + "; `. " + config.data()
                    + "/emulator.env` points boto3 and the AWS CLI at it");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop(host, vertx);
                Runtime.getRuntime().halt(0);
            }, "emulator-stop"));
            host.deserted().await();
            LOG.info("nobody has used this emulator for {}; ending", config.emulator().linger());
            return 0;
        } catch (RuntimeException failure) {
            LOG.error("the emulator cannot run: {}", failure.getMessage(), failure);
            stop(host, vertx);
            return 1;
        }
    }

    private static void stop(EmulatorHost host, Vertx vertx) {
        try {
            host.stop().await();
            vertx.close().await();
        } catch (RuntimeException failure) {
            LOG.error("the emulator did not stop in order", failure);
        }
    }
}
