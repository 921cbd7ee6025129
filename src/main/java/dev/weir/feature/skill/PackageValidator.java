package dev.weir.feature.skill;

import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.wire.zip.ArchiveEntry;
import dev.weir.wire.zip.Repack;
import dev.weir.wire.zip.StrictZip;
import dev.weir.wire.zip.ZipLimits;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Judges one uploaded archive and, if it passes, writes it anew with its descriptor and its dependencies; what was uploaded is never
 * handed on. Nothing of the package is executed or imported. Bounded by {@link ZipLimits#SKILL} and by its patience with its two ports; of the
 * files only the descriptor is held in memory. Safe for use by several threads.
 */
public final class PackageValidator {
    /** Ours within a stored package; an upload must not bring it. */
    static final String RESERVED = ".weir";
    /** Where the runner finds a package's dependencies. */
    static final String DEPENDENCIES = RESERVED + "/dependencies/";

    private static final Pattern MISNAMED = Pattern.compile("skill\\.ya?ml(/.*)?", Pattern.CASE_INSENSITIVE);
    private static final String REQUIREMENTS = "requirements.txt";
    /** Where the bundler installs, in the directory of one judgement. */
    private static final String BUNDLED = "dependencies";

    private final SourceCheck source;
    private final DependencyBundler bundler;
    private final Target target;
    private final Duration patience;

    /**
     * A validator of this machine's.
     *
     * @param target whose machine the dependencies have to fit
     * @param patience after which a port that has not answered counts as failed; longer than what bounds it itself
     */
    public PackageValidator(SourceCheck source, DependencyBundler bundler, Target target, Duration patience) {
        this.source = source;
        this.bundler = bundler;
        this.target = target;
        this.patience = patience;
    }

    /**
     * What is known of a package beside its bytes.
     *
     * @param skill its name
     * @param description where the package has none; may be empty
     * @param inputSchema where {@code skill.yaml} has none
     * @param outputSchema where {@code skill.yaml} has none
     */
    public record Subject(String skill, String description, Optional<String> inputSchema,
            Optional<String> outputSchema) {
        static Subject of(Skill skill) {
            return new Subject(skill.name(), skill.description(), skill.inputSchema(), skill.outputSchema());
        }
    }

    /**
     * What came of it.
     *
     * @param findings those of severity {@code error} first found first; present {@code passed} means there are none such
     */
    public record Judgement(List<Finding> findings, Optional<Passed> passed) {
        public Judgement {
            findings = List.copyOf(findings);
        }
    }

    /** A package that may be deployed: the archive written anew, and what it says of itself. */
    public record Passed(Path archive, PackageMetadata metadata) {}

    /**
     * Judges. Blocks, for at most twice the patience and what a disk takes. Fails with {@link IOException} only if this machine's disk does,
     * or a port does not answer in time.
     *
     * @param work an empty directory, which the caller removes; the new archive is in it
     */
    public Judgement judge(Path archive, Subject subject, Path work) throws IOException {
        try (Arena arena = Arena.ofConfined(); FileChannel file = FileChannel.open(archive)) {
            if (file.size() > Integer.MAX_VALUE) {
                return refused(List.of(error("ZipDecompressedTooLarge", "", "the archive is larger than 2 GiB")));
            }
            ByteBuffer bytes = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena).asByteBuffer();
            return switch (StrictZip.read(bytes, ZipLimits.SKILL)) {
                case StrictZip.Reading.Refused refused -> refused(refused.faults().stream()
                        .map(fault -> error(fault.rule().id(), fault.entry(), fault.message())).toList());
                case StrictZip.Reading.Sound sound -> judge(sound.zip(), subject, work);
            };
        }
    }

    private Judgement judge(StrictZip zip, Subject subject, Path work) throws IOException {
        Path code = Files.createDirectory(work.resolve("code"));
        List<Finding> findings = new ArrayList<>(PackageFiles.unnameable(zip, code));
        if (isRefused(findings)) {
            return refused(findings);
        }
        findings.addAll(reserved(zip));
        findings.addAll(misnamed(zip));
        Optional<Manifest> manifest = zip.content(Manifest.FILE).flatMap(file -> manifest(file, subject, findings));
        String handler = manifest.map(Manifest::handler).orElse(Manifest.HANDLER);
        PackageFiles.extract(zip, code);
        SourceReport report = answer(source.inspect(code, handler), "the check of the source");
        findings.addAll(report.findings());
        if (isRefused(findings)) {
            return refused(findings);
        }
        Bundle bundle = dependencies(code, work.resolve(BUNDLED));
        findings.addAll(bundle.findings());
        if (isRefused(findings)) {
            return refused(findings);
        }
        if (!bundle.packages().isEmpty()) {
            findings.addAll(Shadowing.findings(code, work.resolve(BUNDLED)));
        }
        Manifest whole = Manifest.completed(manifest, subject, facts(report, handler));
        whole.inputSchema().ifPresent(schema -> findings.addAll(ToolProperties.findings(schema)));
        Map<String, Repack.Content> files = PackageFiles.extracted(zip, code);
        files.computeIfAbsent(Manifest.FILE, _ -> Repack.Content.of(whole.toYaml()));
        return written(files, work, findings, whole, bundle.packages());
    }

    private static List<Finding> reserved(StrictZip zip) {
        return zip.entries().stream().map(ArchiveEntry::name)
                .filter(name -> name.equals(RESERVED) || name.startsWith(RESERVED + "/")).limit(1)
                .map(name -> error("package.reserved-name", name,
                        "'" + RESERVED + "' is the platform's own; rename it"))
                .toList();
    }

    /** A descriptor that nobody would read, silently, or that would stand in the way of the generated one. */
    private static List<Finding> misnamed(StrictZip zip) {
        return zip.entries().stream().map(ArchiveEntry::name).filter(name -> !name.equals(Manifest.FILE))
                .filter(name -> MISNAMED.matcher(name).matches()).limit(1)
                .map(name -> error("ManifestMisnamed", name, "a descriptor is called " + Manifest.FILE + ", exactly"))
                .toList();
    }

    private static Optional<Manifest> manifest(byte[] file, Subject subject, List<Finding> findings) {
        return switch (Manifest.read(file)) {
            case Manifest.Reading.Refused refused -> {
                findings.addAll(refused.findings());
                yield Optional.empty();
            }
            case Manifest.Reading.Read read -> {
                read.manifest().name().filter(name -> !name.equals(subject.skill()))
                        .ifPresent(_ -> findings.add(error("ManifestNameDiffers", Manifest.FILE,
                                "the package is of another skill than the one it was uploaded to")));
                yield Optional.of(read.manifest());
            }
        };
    }

    private Bundle dependencies(Path code, Path into) throws IOException {
        Path requirements = code.resolve(REQUIREMENTS);
        return Files.isRegularFile(requirements)
                ? answer(bundler.bundle(requirements, into, target), "bundling")
                : new Bundle(List.of(), List.of());
    }

    private <T> T answer(Future<T> port, String what) throws IOException {
        try {
            return port.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(what + " did not answer in time", e);
        }
    }

    private static HandlerFacts facts(SourceReport report, String handler) {
        Optional<HandlerShape> shape = report.handler();
        return new HandlerFacts(handler, shape.flatMap(HandlerShape::docstring),
                shape.flatMap(HandlerShape::inputSchema), shape.flatMap(HandlerShape::outputSchema));
    }

    /** The archive anew; a dependency whose files cannot be part of one is a finding. */
    private static Judgement written(Map<String, Repack.Content> files, Path work, List<Finding> findings,
            Manifest manifest, List<Resolved> packages) throws IOException {
        Path archive = work.resolve("package.zip");
        try (OutputStream out = Files.newOutputStream(archive)) {
            if (!packages.isEmpty()) {
                files.putAll(PackageFiles.below(work.resolve(BUNDLED), DEPENDENCIES));
            }
            Repack.write(files, ZipLimits.PACKAGE, out);
        } catch (IllegalArgumentException e) {
            findings.add(error("deps.unsafe", REQUIREMENTS, "the dependencies have files that cannot be packed"));
            return refused(findings);
        }
        return new Judgement(findings, Optional.of(new Passed(archive, new PackageMetadata(
                manifest.description().orElse(""), manifest.inputSchema(), manifest.outputSchema(), manifest.handler(),
                packages))));
    }

    private static boolean isRefused(List<Finding> findings) {
        return findings.stream().anyMatch(Finding::refuses);
    }

    private static Judgement refused(List<Finding> findings) {
        return new Judgement(findings, Optional.empty());
    }

    private static Finding error(String rule, String file, String message) {
        return new Finding(rule, "error", file, 0, message);
    }
}
