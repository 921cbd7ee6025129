package dev.weir.app;

import dev.weir.config.AgentCoreConfig;
import dev.weir.config.EmulatorConfig;
import dev.weir.config.InterpreterConfig;
import dev.weir.emulator.process.EmulatorState;
import dev.weir.feature.interpreter.tool.Interpreter;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.platform.agentcore.AgentCoreInterpreter;
import dev.weir.platform.agentcore.CredentialsCache;
import dev.weir.platform.http.VertxSdkHttpClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The interpreters of the configuration's environments, all of them the emulator's. */
final class LocalInterpreters {
    private static final int CALLS = 256;

    private final VertxSdkHttpClient http;
    private final List<AgentCoreInterpreter> opened = new ArrayList<>();
    private final Interpreters interpreters;

    /** @param config with the emulator's address */
    LocalInterpreters(Vertx vertx, AgentCoreConfig config, EmulatorState state) {
        VertxSdkHttpClient.Settings usual = VertxSdkHttpClient.Settings.DEFAULT;
        http = new VertxSdkHttpClient(vertx, new VertxSdkHttpClient.Settings(usual.connectTimeout(),
                AgentCoreInterpreter.LONGEST_SILENCE.plus(Duration.ofSeconds(5)), usual.keepAlive(), CALLS));
        CredentialsCache credentials = CredentialsCache.fixed(state.credentials().accessKeyId(),
                state.credentials().secretAccessKey());
        Map<String, Interpreter> all = new HashMap<>();
        config.interpreter().environments().forEach((environment, id) -> {
            AgentCoreInterpreter interpreter = new AgentCoreInterpreter(vertx, config, id, credentials, http);
            opened.add(interpreter);
            all.put(environment, interpreter);
        });
        interpreters = new Interpreters(all, config.interpreter().defaultEnvironment());
    }

    Interpreters interpreters() {
        return interpreters;
    }

    /** Sessions go on. Blocks. */
    void close() {
        Future.join(opened.stream().map(AgentCoreInterpreter::stop).toList()).await();
        http.close();
    }

    /** The emulator's settings, with every identifier that an environment has. */
    static EmulatorConfig known(EmulatorConfig emulator, InterpreterConfig config) {
        EmulatorConfig.Interpreters own = emulator.interpreters();
        TreeSet<String> ids = new TreeSet<>(config.environments().values());
        ids.addAll(List.of(own.ids().split(" +")));
        ids.removeIf(String::isEmpty);
        return new EmulatorConfig(emulator.port(), emulator.region(), emulator.idleTimeout(), emulator.maxLifetime(),
                emulator.linger(), emulator.limits(), emulator.faults(), emulator.shells(),
                new EmulatorConfig.Interpreters(String.join(" ", ids), own.maxSessions(), own.callsPerSecond(),
                        own.throttleInStream()),
                emulator.runtimes());
    }
}
