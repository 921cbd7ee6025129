package dev.weir.feature.skill;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.feature.skill.Upload.Status;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Api;
import dev.weir.fixture.ChunkedSource;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryPackageStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.MemoryUploadStore;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No upload stays undecided, whatever happens to the side that judges. */
class ValidationsTest {
    private static final byte[] ZIP = Api.zip("def handler(input): return 1");

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryUploadStore uploads = new MemoryUploadStore(catalog);
    private Supplier<Future<SourceReport>> source = () -> Future
            .succeededFuture(new SourceReport(List.of(), Optional.empty()));
    private MemoryPackageStore packages;
    private Validations validations;

    @BeforeEach
    void open() throws IOException {
        packages = new MemoryPackageStore(Files.createDirectories(directory.resolve("packages")));
        Files.createDirectories(directory.resolve("scratch/left-by-a-crash"));
        PackageValidator validator = new PackageValidator((_, _) -> source.get(),
                (_, _, _) -> Future.succeededFuture(new Bundle(List.of(), List.of())), Target.THIS_MACHINE,
                Duration.ofMinutes(1));
        validations = new Validations(new Validations.Stores(uploads, catalog, packages), validator,
                directory.resolve("scratch"), Duration.ofMinutes(10), clock);
        Samples.stage(catalog, STAGE, clock.instant());
    }

    private void arrived(String id) {
        Answers.of(uploads.add(Samples.upload(STAGE, id, clock.instant())));
        String digest = Answers.of(packages.receive(id, new ChunkedSource(ZIP, 64), 10_000)).digest();
        assertThat(Answers.of(uploads.arrive(id, digest, clock.instant()))).isTrue();
    }

    private Upload found(String id) {
        return Answers.of(uploads.find(TENANT, id)).orElseThrow();
    }

    private List<String> rules(String id) {
        return found(id).findings().stream().map(Finding::rule).toList();
    }

    @Test
    void aGoodOneIsReadyAndWhatIsStoredIsNotWhatCame() {
        arrived("u1");
        assertThat(validations.next()).isTrue();
        assertThat(found("u1").status()).isEqualTo(Status.READY_TO_DEPLOY);
        String stored = found("u1").accepted().orElseThrow().digest();
        assertThat(stored).isNotEqualTo(found("u1").digest().orElseThrow());
        assertThat(Answers.of(packages.fetch(stored))).exists();
        assertThat(Answers.of(packages.received(9))).isEmpty();
        assertNothingIsLeft();
        assertThat(validations.next()).isFalse();
    }

    @Test
    void aBadOneIsRejectedAndNothingOfItStays() {
        source = () -> Future.succeededFuture(SourceReport.refusal("py.exec", "no"));
        arrived("u1");
        validations.next();
        assertThat(found("u1").status()).isEqualTo(Status.REJECTED);
        assertThat(rules("u1")).containsExactly("py.exec");
        assertThat(directory.resolve("packages")).isEmptyDirectory();
    }

    @Test
    void aFailureOfOursIsTriedAgainAndThenItIsRejected() {
        source = () -> Future.failedFuture(new IOException("the disk is full"));
        arrived("u1");
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(validations.next()).isTrue();
            assertThat(found("u1").status()).isEqualTo(Status.VALIDATING);
            assertThat(validations.next()).as("not at once").isFalse();
            clock.advance(Duration.ofSeconds(10));
        }
        assertThat(validations.next()).isTrue();
        assertThat(rules("u1")).containsExactly("validation.failed");
        assertNothingIsLeft();
    }

    /** A death of the process: the turn ends without a word. */
    @Test
    void aTurnThatNeverEndsIsTakenByAnother() {
        arrived("u1");
        source = () -> {
            throw new OutOfMemoryError("pretended");
        };
        assertThatThrownBy(validations::next).isInstanceOf(OutOfMemoryError.class);
        assertThat(validations.next()).as("it could still be under way").isFalse();
        clock.advance(Duration.ofMinutes(10));
        source = () -> Future.succeededFuture(new SourceReport(List.of(), Optional.empty()));
        assertThat(validations.next()).isTrue();
        assertThat(found("u1").status()).isEqualTo(Status.READY_TO_DEPLOY);
    }

    @Test
    void whatKillsEveryProcessIsRejectedInTheEnd() {
        arrived("u1");
        source = () -> {
            throw new OutOfMemoryError("pretended");
        };
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThatThrownBy(validations::next).isInstanceOf(OutOfMemoryError.class);
            clock.advance(Duration.ofMinutes(10));
        }
        assertThat(validations.next()).isTrue();
        assertThat(rules("u1")).containsExactly("validation.failed");
    }

    @Test
    void aLaterUploadWinsOverAJudgementUnderWay() {
        arrived("u1");
        source = () -> {
            arrived("u2");
            return Future.succeededFuture(new SourceReport(List.of(), Optional.empty()));
        };
        validations.next();
        source = () -> Future.succeededFuture(new SourceReport(List.of(), Optional.empty()));
        assertThat(rules("u1")).containsExactly("upload.superseded");
        validations.next();
        assertThat(found("u2").status()).isEqualTo(Status.READY_TO_DEPLOY);
    }

    @Test
    void bytesThatAreGoneAreSaidToBeMissing() {
        arrived("u1");
        Answers.of(packages.discard("u1"));
        validations.next();
        assertThat(rules("u1")).containsExactly("upload.missing");
        arrived("u2");
        Answers.of(packages.receive("u2", new ChunkedSource(new byte[7], 7), 100));
        validations.next();
        assertThat(found("u2").status()).as("later bytes change nothing").isEqualTo(Status.READY_TO_DEPLOY);
    }

    @Test
    void whatNeverComesIsRejected() {
        Answers.of(uploads.add(Samples.upload(STAGE, "u1", clock.instant())));
        clock.advance(Duration.ofMinutes(16));
        validations.sweep();
        assertThat(rules("u1")).containsExactly("upload.expired");
    }

    @Test
    void bytesThatNobodyWaitsForAreClearedAway() {
        arrived("u1");
        arrived("u2");
        Answers.of(packages.receive("deleted-with-its-stage", new ChunkedSource(ZIP, 64), 10_000));
        validations.sweep();
        assertThat(Answers.of(packages.received(9))).containsExactly("u2");
        validations.next();
        assertThat(found("u2").status()).isEqualTo(Status.READY_TO_DEPLOY);
    }

    private void assertNothingIsLeft() {
        assertThat(directory.resolve("scratch")).isDirectoryRecursivelyContaining("glob:**/turns-*")
                .isDirectoryNotContaining("glob:**/left-*");
        String[] turns = directory.resolve("scratch").toFile().list();
        assertThat(turns).hasSize(1);
        assertThat(directory.resolve("scratch").resolve(turns[0])).isEmptyDirectory();
    }
}
