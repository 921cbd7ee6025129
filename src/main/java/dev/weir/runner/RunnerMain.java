package dev.weir.runner;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The skill container's entry point: listens where AgentCore's container contract says, works in the current directory. */
public final class RunnerMain {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerMain.class);
    private static final long STOP_SECONDS = 10;

    private RunnerMain() {}

    public static void main(String[] args) throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        Runner runner = new Runner(vertx, RunnerOptions.container(Path.of("").toAbsolutePath()));
        int port = runner.start().await(STOP_SECONDS, TimeUnit.SECONDS);
        LOG.info("the runner listens on port {}", port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runner), "weir-stop"));
    }

    private static void stop(Runner runner) {
        try {
            runner.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("the runner did not stop in {} s", STOP_SECONDS);
        }
    }
}
