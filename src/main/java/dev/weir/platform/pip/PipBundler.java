package dev.weir.platform.pip;

import dev.weir.config.DependenciesConfig;
import dev.weir.feature.skill.DependencyBundler;
import dev.weir.feature.skill.Finding;
import dev.weir.kernel.Offload;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Bundles with {@code uv} where it is on the {@code PATH}, else with the {@code pip} of {@code python3}. With pip, markers are judged by this
 * machine's Python even for another platform; uv judges them for the platform.
 */
public final class PipBundler implements DependencyBundler {
    private static final long MAX_FILE = 64 * 1024;

    private final DependenciesConfig config;
    private final Map<String, String> environment;
    private final Offload offload;

    /**
     * A bundler for this machine.
     *
     * @param environment the gateway's; its {@code PATH} says where the programs are
     * @param blocking runs one bundling per task, for as long as the configuration allows: not an event loop
     */
    public PipBundler(DependenciesConfig config, Map<String, String> environment, Executor blocking) {
        this.config = config;
        this.environment = Map.copyOf(environment);
        this.offload = new Offload(blocking);
    }

    @Override
    public Future<Bundle> bundle(Path requirementsFile, Path targetDirectory, Target platform) {
        return offload.call(() -> bundleNow(requirementsFile, targetDirectory.toAbsolutePath(), platform));
    }

    private Bundle bundleNow(Path file, Path target, Target platform) throws IOException, InterruptedException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes((int) MAX_FILE + 1);
        }
        if (bytes.length > MAX_FILE) {
            return refused(Requirements.error("deps.too-large", 0, "the file is larger than " + MAX_FILE + " bytes"));
        }
        Requirements requirements = read(new String(bytes, StandardCharsets.UTF_8));
        if (!requirements.findings().isEmpty()) {
            return new Bundle(List.of(), requirements.findings());
        }
        Files.createDirectories(target);
        if (requirements.accepted().isEmpty()) {
            return new Bundle(List.of(), List.of());
        }
        // Beside the target, so that moving an installation into it copies nothing.
        Path work = Files.createTempDirectory(target.getParent(), "bundling-");
        try {
            Bundle bundle = new Bundling(config, environment, requirements.accepted(), work)
                    .install(target, platform);
            if (!bundle.isUsable()) {
                Trees.empty(target);
            }
            return bundle;
        } finally {
            Trees.delete(work);
        }
    }

    private static Requirements read(String text) {
        try {
            return Requirements.parse(text);
        } catch (StackOverflowError e) {
            return new Requirements(List.of(), List.of(Requirements.error("deps.syntax", 0,
                    "the file is nested too deeply to be understood")));
        }
    }

    static Bundle refused(Finding finding) {
        return new Bundle(List.of(), List.of(finding));
    }
}
