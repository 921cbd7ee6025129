package dev.weir.runner;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How one runner is set up.
 *
 * @param port 0 for any free one
 * @param workDir the microVM's own directory; the runner keeps {@code code}, {@code package.zip} and {@code bootstrap.py} in it
 * @param python the interpreter, found on the runner's own {@code PATH}
 */
public record RunnerOptions(String host, int port, Path workDir, String python, Limits limits) {
    /** On loopback, any free port, for a runner that lives inside another process. */
    public static RunnerOptions local(Path workDir) {
        return new RunnerOptions("127.0.0.1", 0, workDir, "python3", Limits.usual());
    }

    /** What AgentCore's container contract asks for: all addresses, port 8080. */
    public static RunnerOptions container(Path workDir) {
        return new RunnerOptions("0.0.0.0", 8080, workDir, "python3", Limits.usual());
    }

    public RunnerOptions withLimits(Limits other) {
        return new RunnerOptions(host, port, workDir, python, other);
    }

    public RunnerOptions withPython(String other) {
        return new RunnerOptions(host, port, workDir, other, limits);
    }

    /**
     * What bounds a run.
     *
     * @param maxUnackedBytes events kept until acknowledged; when they are this many bytes the handler has to wait
     * @param maxOutputBytes of the result as JSON
     * @param maxMessageBytes of one yielded value as JSON
     * @param framesPerSecond WebSocket messages on one connection; AgentCore ends a connection with more than 250
     * @param drainGrace how long the output of a handler that is over may still come in, as its children may hold the pipe open for ever
     */
    public record Limits(int maxUnackedBytes, int maxOutputBytes, int maxMessageBytes, int framesPerSecond,
            Duration drainGrace) {
        private static final int MIB = 1024 * 1024;

        public static Limits usual() {
            return new Limits(4 * MIB, 4 * MIB, MIB, 200, Duration.ofMillis(500));
        }

        public Limits withMaxUnackedBytes(int bytes) {
            return new Limits(bytes, maxOutputBytes, maxMessageBytes, framesPerSecond, drainGrace);
        }

        public Limits withFramesPerSecond(int frames) {
            return new Limits(maxUnackedBytes, maxOutputBytes, maxMessageBytes, frames, drainGrace);
        }
    }
}
