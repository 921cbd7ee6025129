package dev.weir.feature.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.interpreter.dispatch.Bundle;
import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.fixture.Answers;
import dev.weir.fixture.MemoryPackageStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages are unpacked by the batch, and only so far as is allowed. */
class DeployedBundleTest {
    private static final int MEGABYTE = 1024 * 1024;

    @TempDir
    private Path directory;
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();

    /** Files of zeros, by name and size. */
    private Optional<Bundle> load(Map<String, Integer> files) throws IOException {
        Path zip = directory.resolve("new");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("empty/"));
            for (Map.Entry<String, Integer> file : new TreeMap<>(files).entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(new byte[file.getValue()]);
            }
        }
        MemoryPackageStore packages = new MemoryPackageStore(directory);
        String digest = Answers.of(packages.keep(zip));
        RunOrder order = Samples.order(Samples.STAGE, Instant.EPOCH);
        Samples.stage(catalog, Samples.STAGE, Instant.EPOCH);
        Answers.of(catalog.deploy(new Deployment(Samples.STAGE, order.version(), "u1", digest, new PackageMetadata("",
                Optional.empty(), Optional.empty(), "main:h", List.of()), "olga", Instant.EPOCH), Optional.empty()));
        return new DeployedBundle(order, catalog, packages).load(Samples.TENANT, "hello");
    }

    @Test
    void filesComeInBatchesEachWhenItIsAskedFor() throws IOException {
        Bundle bundle = load(Map.of("a", 5 * MEGABYTE, "b", 3 * MEGABYTE, "c", 1, "d", 20 * MEGABYTE, "e", 2))
                .orElseThrow();
        assertThat(bundle.hasDependencies()).isFalse();
        for (int i = 0; i < 2; i++) {
            try (Stream<List<FileContent>> batches = bundle.files().get()) {
                assertThat(batches.map(batch -> batch.stream().map(FileContent::path).toList()))
                        .containsExactly(List.of("a", "b"), List.of("c"), List.of("d"), List.of("e"));
            }
        }
    }

    @Test
    void librariesOfItsOwnAreSeenWithoutUnpackingThem() throws IOException {
        assertThat(load(Map.of("main.py", 1, ".weir/dependencies/odd.py", 1)).orElseThrow().hasDependencies())
                .isTrue();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeASessionIsAskedFor() {
        assertThatThrownBy(() -> load(Map.of("a", 40 * MEGABYTE, "b", 25 * MEGABYTE)))
                .isInstanceOfSatisfying(ProblemException.class,
                        refused -> assertThat(refused.problem()).isInstanceOf(Problem.TooLarge.class));
    }

    @Test
    void whatLeadsOutIsRefusedBeforeASessionIsAskedFor() {
        assertThatThrownBy(() -> load(Map.of("../a", 1))).isInstanceOf(IllegalArgumentException.class);
    }
}
