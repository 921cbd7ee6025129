package dev.weir.emulator;

import dev.weir.config.EmulatorConfig;
import dev.weir.emulator.process.Credentials;
import dev.weir.emulator.session.ContainerStarter;
import dev.weir.emulator.session.ProcessContainer;
import dev.weir.emulator.session.Tuning;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * What an {@link Emulator} is made of.
 *
 * @param dataDir the sessions' directories are under it, in {@code sessions}
 * @param runtimes runtime id to what starts its containers; those that {@code config} gives as command lines are added
 * @param clock for signatures, idle timeouts and lifetimes
 */
public record EmulatorSetup(
        EmulatorConfig config,
        Path dataDir,
        Credentials credentials,
        Map<String, ContainerStarter> runtimes,
        Tuning tuning,
        InstantSource clock) {
    public EmulatorSetup {
        Map<String, ContainerStarter> all = new HashMap<>();
        config.runtimes().forEach((name, commandLine) -> all.put(name, new ProcessContainer(commandLine)));
        all.putAll(runtimes);
        runtimes = Map.copyOf(all);
    }

    /** With AWS's figures and the machine's clock. */
    public static EmulatorSetup of(EmulatorConfig config, Path dataDir, Credentials credentials,
            Map<String, ContainerStarter> runtimes) {
        return new EmulatorSetup(config, dataDir, credentials, runtimes, Tuning.AWS, InstantSource.system());
    }
}
