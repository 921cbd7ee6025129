package dev.weir.platform.pip;

import dev.weir.config.DependenciesConfig;
import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.feature.skill.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One bundling: finds an installer, has it work in bounds, and judges what it left. Blocking. */
final class Bundling {
    private static final int MAX_ENTRIES = 19_000;
    /** While an installer works, a package may be there as a wheel, unpacked in a cache, and on its way to the target. */
    private static final int WHILE_WORKING = 3;

    private final DependenciesConfig config;
    private final Map<String, String> environment;
    private final List<Requirement> wanted;
    private final Path work;
    private final Programs programs;
    private final long deadline;

    /** @param work an empty directory for everything temporary */
    Bundling(DependenciesConfig config, Map<String, String> environment, List<Requirement> wanted, Path work) {
        this.config = config;
        this.environment = environment;
        this.wanted = wanted;
        this.work = work;
        this.programs = new Programs(environment);
        this.deadline = System.nanoTime() + config.timeout().toNanos();
    }

    Bundle install(Path target, Target platform) throws IOException, InterruptedException {
        Files.createDirectory(work.resolve("home"));
        Files.createDirectory(work.resolve("tmp"));
        Steps steps = new Steps(config, work, target, platform);
        BoundedProcess process = new BoundedProcess(programs, steps.environment(environment), List.of(
                new BoundedProcess.Bound(target, config.maxBytes(), MAX_ENTRIES),
                new BoundedProcess.Bound(work, WHILE_WORKING * config.maxBytes(), WHILE_WORKING * MAX_ENTRIES)),
                config.maxBytes());
        Files.writeString(work.resolve(Steps.INPUT), steps.sources()
                + wanted.stream().map(each -> each.line() + "\n").collect(Collectors.joining()));
        Optional<Path> uv = programs.find("uv");
        if (uv.isPresent()) {
            return withUv(steps, process, uv.get());
        }
        Optional<Path> python = programs.pythonWithPip();
        if (python.isEmpty()) {
            return PipBundler.refused(Requirements.error("deps.no-installer", 0, "requirements cannot be bundled here:"
                    + " neither uv nor a python3 with pip is on the gateway's PATH"));
        }
        copyProgram();
        Optional<Bundle> failed = step(process, steps.pip(python.get()));
        if (failed.isPresent()) {
            return failed.get();
        }
        Optional<List<Resolved>> chosen = Selection.ofReport(work.resolve(Steps.REPORT));
        return chosen.isPresent() ? judged(target, chosen.get()) : notUnderstood();
    }

    private Bundle withUv(Steps steps, BoundedProcess process, Path uv) throws IOException, InterruptedException {
        Optional<Bundle> failed = step(process, steps.uvCompile(uv));
        if (failed.isPresent()) {
            return failed.get();
        }
        Optional<List<Resolved>> compiled = Selection.ofCompiled(work.resolve(Steps.COMPILED), wanted);
        if (compiled.isEmpty()) {
            return notUnderstood();
        }
        List<Resolved> chosen = compiled.get();
        if (chosen.stream().anyMatch(each -> each.sha256().isEmpty())) {
            return PipBundler.refused(Requirements.error("deps.hash-mismatch", 0, "the index has no wheel with the "
                    + "hash asked for, of: " + chosen.stream().filter(each -> each.sha256().isEmpty())
                            .map(Resolved::name).collect(Collectors.joining(", "))));
        }
        Files.writeString(work.resolve(Steps.INPUT), steps.sources() + Selection.lines(chosen));
        failed = step(process, steps.uvInstall(uv));
        return failed.isPresent() ? failed.get() : judged(steps.target(), chosen);
    }

    /** Empty if it went well. */
    private Optional<Bundle> step(BoundedProcess process, List<String> command)
            throws IOException, InterruptedException {
        Path log = work.resolve("log");
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        return switch (process.run(command, work, log, left)) {
            case WELL -> Optional.empty();
            case TOO_SLOW -> Optional.of(PipBundler.refused(Requirements.error("deps.timeout", 0,
                    "bundling took longer than " + config.timeout().toSeconds() + " s and was stopped")));
            case TOO_LARGE -> Optional.of(PipBundler.refused(tooLarge()));
            case BADLY -> Optional.of(PipBundler.refused(new Transcript(
                    List.of(work.toString(), config.findLinks()),
                    List.of(config.indexUrl(), config.extraIndexUrl())).finding(log)));
        };
    }

    /** Nothing may be there but files and directories; an installer's word is not taken for it. */
    private Bundle judged(Path target, List<Resolved> chosen) throws IOException {
        if (!Trees.isPlain(target) || chosen.stream().anyMatch(each -> each.sha256().contains(""))) {
            return PipBundler.refused(Requirements.error("deps.unsafe", 0,
                    "a wheel brings something that is neither a file nor a directory, or has no hash"));
        }
        if (!Trees.fits(target, config.maxBytes(), MAX_ENTRIES)) {
            return PipBundler.refused(tooLarge());
        }
        Files.writeString(target.resolve(Selection.LOCK), Selection.lines(chosen));
        return new Bundle(chosen, List.of());
    }

    private void copyProgram() throws IOException {
        try (InputStream program = Bundling.class.getResourceAsStream(Steps.WHEELS_ONLY)) {
            if (program == null) {
                throw new IOException("this build is not complete: " + Steps.WHEELS_ONLY);
            }
            Files.copy(program, work.resolve(Steps.WHEELS_ONLY));
        }
    }

    private static Bundle notUnderstood() {
        return PipBundler.refused(Requirements.error("deps.unresolved", 0,
                "what the installer says it chose cannot be understood, so nothing of it is used"));
    }

    private Finding tooLarge() {
        return Requirements.error("deps.too-large", 0, "the requirements need more than " + config.maxBytes()
                + " bytes or " + MAX_ENTRIES + " files");
    }
}
