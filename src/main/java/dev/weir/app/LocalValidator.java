package dev.weir.app;

import dev.weir.config.SkillsConfig;
import dev.weir.feature.skill.DependencyBundler;
import dev.weir.feature.skill.PackageValidator;
import dev.weir.platform.pip.PipBundler;
import dev.weir.platform.python.PythonSourceCheck;
import dev.weir.platform.python.ScanLimits;
import dev.weir.platform.python.ScanPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;

/** The validator of packages that this machine will run: the gateway's, and that of {@code weir skill check}. */
final class LocalValidator {
    /** The one that the emulator's runner starts handlers with. */
    private static final String PYTHON = "python3";

    private LocalValidator() {}

    /** @param scratch a directory of this process alone */
    static PackageValidator of(SkillsConfig config, Path scratch) {
        Executor blocking = task -> Thread.ofVirtual().start(task);
        return new PackageValidator(
                new PythonSourceCheck(PYTHON, scratch.resolve("scan"), ScanPolicy.of(config.scanSeverity()),
                        ScanLimits.usual(), blocking),
                new PipBundler(config.dependencies(), System.getenv(), blocking),
                DependencyBundler.Target.THIS_MACHINE, patience(config));
    }

    /** For each of its two helpers; they have shorter limits of their own. */
    static Duration patience(SkillsConfig config) {
        return config.dependencies().timeout().plusMinutes(5);
    }
}
