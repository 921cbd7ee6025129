package dev.weir.worker;

import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.skill.DependencyBundler.Bundle;
import dev.weir.feature.skill.DependencyBundler.Target;
import dev.weir.feature.skill.PackageValidator;
import dev.weir.feature.skill.SourceReport;
import dev.weir.kernel.StageRef;
import dev.weir.feature.skill.Upload.Status;
import dev.weir.feature.skill.Validations;
import dev.weir.fixture.Answers;
import dev.weir.fixture.Api;
import dev.weir.fixture.ChunkedSource;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryPackageStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.MemoryUploadStore;
import dev.weir.fixture.Samples;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorVerticleTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration A_WHILE = Duration.ofMillis(100);

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final HandClock clock = new HandClock();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryUploadStore uploads = new MemoryUploadStore(catalog);
    private final Promise<Void> gate = Promise.promise();
    private final AtomicInteger judging = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private Duration patience = Duration.ofMinutes(1);
    private MemoryPackageStore packages;
    private Validations validations;

    @BeforeEach
    void open() throws IOException {
        packages = new MemoryPackageStore(Files.createDirectories(directory.resolve("packages")));
        PackageValidator validator = new PackageValidator((_, _) -> {
            judging.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new StackOverflowError("pretended");
            }
            return gate.future().map(_ -> new SourceReport(List.of(), Optional.empty()));
        }, (_, _, _) -> Future.succeededFuture(new Bundle(List.of(), List.of())), Target.THIS_MACHINE,
                Duration.ofMinutes(1));
        validations = new Validations(new Validations.Stores(uploads, catalog, packages), validator,
                directory.resolve("scratch"), Duration.ofMinutes(10), clock);
    }

    @AfterEach
    void close() {
        gate.tryComplete();
        vertx.close().await();
    }

    private void arrived(String id) {
        StageRef ref = new StageRef(TENANT, "hello", id);
        Samples.stage(catalog, ref, clock.instant());
        Answers.of(uploads.add(Samples.upload(ref, id, clock.instant())));
        String digest = Answers.of(packages.receive(id, new ChunkedSource(Api.zip("x = 1"), 64), 10_000)).digest();
        Answers.of(uploads.arrive(id, digest, clock.instant()));
    }

    private Status status(String id) {
        return Answers.of(uploads.find(TENANT, id)).orElseThrow().status();
    }

    private String deploy(Duration poll) {
        return vertx
                .deployVerticle(new ValidatorVerticle(validations, new ValidatorVerticle.Settings(2, poll, patience)))
                .await();
    }

    @Test
    void aFewAtOnceAndThenTheNext() {
        List<String> ids = List.of("u1", "u2", "u3", "u4", "u5");
        ids.forEach(this::arrived);
        deploy(Duration.ofMillis(20));
        await().until(() -> judging.get() == 2);
        await().during(A_WHILE).until(() -> judging.get() == 2);
        gate.complete();
        await().until(() -> ids.stream().allMatch(id -> status(id) == Status.READY_TO_DEPLOY));
    }

    @Test
    void aWordIsEnoughAndNoPollIsNeeded() {
        gate.complete();
        deploy(NEVER);
        arrived("u1");
        vertx.eventBus().publish(ValidatorVerticle.ARRIVED, "");
        vertx.eventBus().publish(ValidatorVerticle.ARRIVED, "");
        await().until(() -> status("u1") == Status.READY_TO_DEPLOY);
        assertThat(judging).hasValue(1);
    }

    /** Neither a lost slot nor a lost upload: its turn ends with the lease. */
    @Test
    void anErrorCostsATurnAndNothingElse() {
        failures.set(4);
        gate.complete();
        List<String> ids = List.of("u1", "u2", "u3", "u4", "u5");
        ids.forEach(this::arrived);
        deploy(Duration.ofMillis(20));
        await().until(() -> status("u5") == Status.READY_TO_DEPLOY);
        clock.advance(Duration.ofMinutes(10));
        await().until(() -> ids.stream().allMatch(id -> status(id) == Status.READY_TO_DEPLOY));
    }

    @Test
    void aStopDoesNotWaitForEver() {
        patience = Duration.ofMillis(50);
        arrived("u1");
        String verticle = deploy(Duration.ofMillis(20));
        await().until(() -> judging.get() == 1);
        vertx.undeploy(verticle).await();
        assertThat(status("u1")).isEqualTo(Status.VALIDATING);
    }

    @Test
    void aStopWaitsForWhatIsUnderWayAndLeavesTheRest() {
        List.of("u1", "u2", "u3").forEach(this::arrived);
        String verticle = deploy(Duration.ofMillis(20));
        await().until(() -> judging.get() == 2);
        Future<Void> stopped = vertx.undeploy(verticle);
        await().during(A_WHILE).until(() -> !stopped.isComplete());
        gate.complete();
        await().until(stopped::succeeded);
        assertThat(List.of(status("u1"), status("u2"), status("u3"))).containsExactlyInAnyOrder(
                Status.READY_TO_DEPLOY, Status.READY_TO_DEPLOY, Status.VALIDATING);
    }
}
