package dev.weir.platform.pip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.config.DependenciesConfig;
import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Resolved;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.feature.skill.Finding;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipBundlerTest {
    private static final long MIB = 1024 * 1024;

    @TempDir
    private Path directory;

    private Path target;
    private Wheels wheels;
    private Map<String, String> environment = new HashMap<>(System.getenv());

    @BeforeEach
    void prepare() throws IOException {
        target = directory.resolve("target");
        wheels = new Wheels(Files.createDirectory(directory.resolve("wheels")));
    }

    @Test
    void wheelsAreInstalledAndLockedWithTheirDependencies() throws Exception {
        Path alpha = wheels.wheel("alpha", "1.0", "beta>=2");
        Path beta = wheels.wheel("beta", "2.1");
        wheels.wheel("beta", "1.0");
        wheels.wheel("gamma", "1.0");
        Bundle bundle = pip("Alpha  # ours\ngamma; python_version < '3'\n", Target.THIS_MACHINE);
        assertThat(bundle.findings()).isEmpty();
        assertThat(bundle.packages()).containsExactly(new Resolved("alpha", "1.0", List.of(Wheels.sha256(alpha))),
                new Resolved("beta", "2.1", List.of(Wheels.sha256(beta))));
        assertThat(target.resolve("alpha.py")).hasContent("VERSION = '1.0'");
        assertThat(target.resolve("gamma.py")).doesNotExist();
        assertThat(target.resolve("requirements.lock")).hasContent("alpha==1.0 --hash=sha256:" + Wheels.sha256(alpha)
                + "\nbeta==2.1 --hash=sha256:" + Wheels.sha256(beta));
        assertNothingIsLeftBeside();
    }

    @Test
    void forAgentCoreTheWheelsFitItsMachineAndNotThisOne() throws Exception {
        wheels.wheel("native", "1.0", "cp313-cp313-manylinux_2_17_aarch64", Map.of("native.so", new byte[]{1}));
        assertThat(pip("native", Target.AGENTCORE).packages()).extracting(Resolved::name).containsExactly("native");
        assertThat(target.resolve("native.so")).exists();
        Trees.empty(target);
        assertRefused(pip("native", Target.THIS_MACHINE), "deps.unresolved");
    }

    @Test
    void aSourceDistributionIsRefusedWithoutRunningIt() throws Exception {
        Path ran = directory.resolve("ran");
        Path source = Sources.distribution(directory, "evil", ran);
        Files.move(source, wheels.directory().resolve(source.getFileName()));
        assertRefused(pip("evil", Target.THIS_MACHINE), "deps.unresolved");
        assertThat(ran).doesNotExist();
    }

    @Test
    void aDependencyByUrlIsRefusedWithoutBuildingIt() throws Exception {
        Path ran = directory.resolve("ran");
        Path source = Sources.distribution(directory, "evil", ran);
        wheels.wheel("innocent", "1.0", "evil @ " + source.toUri());
        Finding finding = assertRefused(pip("innocent", Target.THIS_MACHINE), "deps.url");
        assertThat(finding.message()).contains("'evil'").doesNotContain(directory.toString());
        assertThat(ran).doesNotExist();
        assertNothingIsLeftBeside();
    }

    @Test
    void aDependencyByUrlIsRefusedEvenIfItIsAWheel() throws Exception {
        Path beta = wheels.wheel("beta", "1.0");
        wheels.wheel("alpha", "1.0", "beta @ " + beta.toUri());
        assertRefused(pip("alpha", Target.THIS_MACHINE), "deps.url");
    }

    @Test
    void aHashIsAPromise() throws Exception {
        Path alpha = wheels.wheel("alpha", "1.0");
        assertRefused(pip("alpha==1.0 --hash=sha256:" + "0".repeat(64), Target.THIS_MACHINE), "deps.hash-mismatch");
        assertThat(pip("alpha==1.0 --hash=sha256:" + Wheels.sha256(alpha), Target.THIS_MACHINE).isUsable()).isTrue();
    }

    @Test
    void contradictionsAreToldInTheResolversWordsWithoutOurPaths() throws Exception {
        wheels.wheel("alpha", "1.0", "beta<2");
        wheels.wheel("beta", "2.1");
        wheels.wheel("beta", "1.0");
        Finding finding = assertRefused(pip("alpha\nbeta>=2", Target.THIS_MACHINE), "deps.unresolved");
        assertThat(finding.message()).containsIgnoringCase("conflict").doesNotContain(directory.toString());
    }

    @Test
    void aBombIsStopped() throws Exception {
        wheels.wheel("bomb", "1.0", "py3-none-any", Map.of("bomb.bin", new byte[(int) (64 * MIB)]));
        DependenciesConfig config = config(Duration.ofMinutes(1), 8 * MIB);
        Bundle bundle = bundle(config, "bomb", Target.THIS_MACHINE);
        assertThat(bundle.isUsable()).isFalse();
        assertThat(bundle.findings()).extracting(Finding::rule)
                .containsAnyOf("deps.too-large", "deps.unresolved");
        assertThat(target).isEmptyDirectory();
        assertNothingIsLeftBeside();
    }

    @Test
    void aWheelCannotClimbOut() throws Exception {
        wheels.wheel("climber", "1.0", "py3-none-any", Map.of("../../escaped.py", "x".getBytes(
                StandardCharsets.UTF_8)));
        assertRefused(pip("climber", Target.THIS_MACHINE), "deps.unresolved");
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(each -> each.endsWith("escaped.py"))).isEmpty();
        }
    }

    @Test
    void refusedLinesReachNoInstaller() throws Exception {
        uv("exit 1");
        assertThat(bundle(config(Duration.ofSeconds(30), MIB), "ok\n--index-url http://x.example\n",
                Target.THIS_MACHINE).findings()).extracting(Finding::rule).containsExactly("deps.option");
    }

    @Test
    void noRequirementsNeedNoInstaller() throws Exception {
        environment.put("PATH", "");
        assertThat(bundle(config(Duration.ofSeconds(30), MIB), "# none\n", Target.THIS_MACHINE).isUsable()).isTrue();
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE), "deps.no-installer");
    }

    @Test
    void uvCompilesThenInstallsExactlyThat() throws Exception {
        String hash = "a".repeat(64);
        Path seen = directory.resolve("seen");
        uv("echo \"$@\" >> " + seen + "; env | sort >> " + seen, "case \" $* \" in",
                "*' compile '*) while [ \"$1\" != --output-file ]; do shift; done",
                "printf 'Alpha==1.0 \\\\\\n    --hash=sha256:" + hash + "\\n' > \"$2\";;",
                "*) cat requirements.in >> " + seen + "; while [ \"$1\" != --target ]; do shift; done",
                "mkdir -p \"$2\"; echo x > \"$2/alpha.py\";; esac");
        environment.put("AWS_SECRET_ACCESS_KEY", "not-for-them");
        environment.put("PIP_INDEX_URL", "http://user.example");
        Bundle bundle = bundle(config(Duration.ofSeconds(30), MIB), "alpha", Target.AGENTCORE);
        assertThat(bundle.findings()).isEmpty();
        assertThat(bundle.packages()).containsExactly(new Resolved("alpha", "1.0", List.of(hash)));
        assertThat(Files.readString(seen)).contains("pip compile", "--no-build", "--require-hashes",
                "--python-platform aarch64", "--no-index", "alpha==1.0 --hash=sha256:" + hash)
                .doesNotContain("not-for-them", "user.example", "HOME=" + System.getenv("HOME") + "\n");
        Trees.empty(target);
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "alpha==1.0 --hash=sha256:" + "b".repeat(64),
                Target.AGENTCORE), "deps.hash-mismatch");
    }

    @Test
    void aSlowInstallerIsKilledWithItsChildren() throws Exception {
        Path child = directory.resolve("child");
        uv("sleep 600 & echo $! > " + child, "wait");
        assertRefused(bundle(config(Duration.ofSeconds(1), MIB), "x", Target.THIS_MACHINE), "deps.timeout");
        long pid = Long.parseLong(Files.readString(child).strip());
        await().atMost(Duration.ofSeconds(10)).until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive)
                .isEmpty());
        assertNothingIsLeftBeside();
    }

    @Test
    void anInstallerThatFillsTheDiskIsStopped() throws Exception {
        uv("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); head -c 400000 /dev/zero > \"$TMPDIR/$i\" || exit 1; done");
        assertRefused(bundle(config(Duration.ofSeconds(60), MIB), "x", Target.THIS_MACHINE), "deps.too-large");
        assertNothingIsLeftBeside();
    }

    @Test
    void linksAreNoPartOfABundle() throws Exception {
        uv("case \" $* \" in *' compile '*) while [ \"$1\" != --output-file ]; do shift; done",
                "echo 'x==1 --hash=sha256:" + "a".repeat(64) + "' > \"$2\";;",
                "*) while [ \"$1\" != --target ]; do shift; done; ln -s /etc/passwd \"$2/x.py\";; esac");
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE), "deps.unsafe");
    }

    @Test
    void whatIsNeededOnTheWayIsNotPartOfTheBundle() throws Exception {
        uvThatFills("head -c 900000 /dev/zero > \"$TMPDIR/1\"; head -c 900000 /dev/zero > \"$TMPDIR/2\"",
                "head -c 900000 /dev/zero > \"$2/x.py\"");
        assertThat(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE).findings()).isEmpty();
    }

    @Test
    void aBundleLargerThanAllowedIsRefused() throws Exception {
        uvThatFills(":", "for i in 1 2; do head -c 600000 /dev/zero > \"$2/$i.py\"; done");
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE), "deps.too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {":", "echo 'Resolved: x 1.0' > \"$2\"", "echo 'x @ file:///x.tar.gz' > \"$2\""})
    void anInstallerThatIsNotUnderstoodChoseNothing(String answer) throws Exception {
        uv("case \" $* \" in *' compile '*) while [ \"$1\" != --output-file ]; do shift; done", answer + ";; esac");
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE), "deps.unresolved");
    }

    @Test
    void uvsRefusalOfAUrlIsToldAsOne() throws Exception {
        uv("echo 'error: Package `evil` was included as a URL dependency. URL dependencies must be expressed as direct"
                + " requirements or constraints.' >&2; exit 1");
        assertRefused(bundle(config(Duration.ofSeconds(30), MIB), "x", Target.THIS_MACHINE), "deps.url");
    }

    @Test
    void anErrorIsHeardOfToo() {
        Path broken = (Path) Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[]{Path.class},
                (_, _, _) -> {
                    throw new StackOverflowError();
                });
        PipBundler bundler = new PipBundler(config(Duration.ofSeconds(30), MIB), environment, Runnable::run);
        assertThat(bundler.bundle(broken, target, Target.THIS_MACHINE).cause()).isInstanceOf(StackOverflowError.class);
    }

    private Bundle pip(String requirements, Target platform) throws Exception {
        assumeTrue(new Programs(environment).find("uv").isEmpty(), "uv is on the PATH, these are about pip");
        assumeTrue(new Programs(environment).pythonWithPip().isPresent(), "needs a python3 with pip");
        return bundle(config(Duration.ofMinutes(1), 64 * MIB), requirements, platform);
    }

    private Bundle bundle(DependenciesConfig config, String requirements, Target platform) throws Exception {
        Path file = Files.writeString(directory.resolve("requirements.txt"), requirements);
        return new PipBundler(config, environment, Runnable::run).bundle(file, target, platform)
                .toCompletionStage().toCompletableFuture().get();
    }

    private DependenciesConfig config(Duration timeout, long maxBytes) {
        return new DependenciesConfig("", "", wheels.directory().toString(), true, "3.13", timeout, maxBytes);
    }

    private Finding assertRefused(Bundle bundle, String rule) throws IOException {
        assertThat(bundle.findings()).extracting(Finding::rule).containsExactly(rule);
        assertThat(bundle.isUsable()).isFalse();
        assertThat(bundle.packages()).isEmpty();
        try (Stream<Path> left = Files.list(target)) {
            assertThat(left).isEmpty();
        }
        return bundle.findings().getFirst();
    }

    private void assertNothingIsLeftBeside() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(each -> each.getFileName().toString())).noneMatch(name -> name.startsWith("bundling"));
        }
    }

    /** A uv that chooses x; {@code $2} is the target while it installs. */
    private void uvThatFills(String compiling, String installing) throws IOException {
        uv("case \" $* \" in *' compile '*) while [ \"$1\" != --output-file ]; do shift; done", compiling,
                "echo 'x==1 --hash=sha256:" + "a".repeat(64) + "' > \"$2\";;",
                "*) while [ \"$1\" != --target ]; do shift; done", "mkdir -p \"$2\"", installing + ";; esac");
    }

    /** A scripted uv, first on the PATH. */
    private void uv(String... lines) throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path uv = Files.writeString(bin.resolve("uv"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(uv.toFile().setExecutable(true)).isTrue();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
    }
}
