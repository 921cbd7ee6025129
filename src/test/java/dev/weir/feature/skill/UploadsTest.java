package dev.weir.feature.skill;

import static dev.weir.fixture.Samples.STAGE;
import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.skill.Upload.Declared;
import dev.weir.feature.skill.Upload.Status;
import dev.weir.feature.skill.Uploads.Ticketed;
import dev.weir.fixture.Answers;
import dev.weir.fixture.ChunkedSource;
import dev.weir.fixture.HandClock;
import dev.weir.fixture.MemoryPackageStore;
import dev.weir.fixture.MemorySkillCatalog;
import dev.weir.fixture.MemoryUploadStore;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    /** SHA-256 of nine zero bytes. */
    private static final String NINE_ZEROS = "3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d";
    private static final Permit OWNER = new Access(null, null, null)
            .owner(new Caller(TENANT, "olga", Role.OWNER));

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock();
    private final AtomicInteger arrivals = new AtomicInteger();
    private final MemorySkillCatalog catalog = new MemorySkillCatalog();
    private final MemoryUploadStore store = new MemoryUploadStore(catalog);
    private Uploads uploads;

    @BeforeEach
    void open() {
        uploads = new Uploads(store, new MemoryPackageStore(directory), arrivals::incrementAndGet,
                new Uploads.Limits(1000, Duration.ofMinutes(15)), clock);
        Samples.stage(catalog, STAGE, clock.instant());
    }

    private Ticketed announced(Declared declared) {
        return Answers.of(uploads.announce(OWNER, STAGE.skill(), STAGE.stage(), declared));
    }

    private Future<Void> send(Ticketed ticketed, int zeros) {
        return uploads.receive(ticketed.upload().id(), new ChunkedSource(new byte[zeros], 4));
    }

    private Upload found(Ticketed ticketed) {
        return Answers.of(uploads.find(OWNER, STAGE.skill(), STAGE.stage(), ticketed.upload().id()));
    }

    @Test
    void bytesThatArriveWaitToBeJudgedAndDoSoOnce() {
        Ticketed ticketed = announced(Declared.NOTHING);
        assertThat(ticketed.toString()).doesNotContain(ticketed.url());
        assertThat(ticketed.url()).endsWith("?max=1000");
        Answers.of(send(ticketed, 9));
        assertThat(found(ticketed).status()).isEqualTo(Status.VALIDATING);
        assertThat(found(ticketed).digest()).contains(NINE_ZEROS);
        assertThat(arrivals).hasValue(1);
        assertThat(Answers.problemOf(send(ticketed, 9))).isInstanceOf(Problem.Conflict.class);
        assertThat(arrivals).hasValue(1);
    }

    @Test
    void whatWasDeclaredIsEnforcedAndCanBeSentAgain() {
        Ticketed ticketed = announced(new Declared(Optional.of(9L), Optional.of(NINE_ZEROS)));
        assertThat(ticketed.url()).endsWith("?max=9");
        assertThat(Answers.problemOf(send(ticketed, 8))).isInstanceOf(Problem.Invalid.class);
        assertThat(Answers.problemOf(send(ticketed, 10))).isInstanceOf(Problem.TooLarge.class);
        assertThat(found(ticketed).status()).isEqualTo(Status.AWAITING_UPLOAD);
        assertThat(directory).isEmptyDirectory();
        Answers.of(send(ticketed, 9));
        Ticketed other = announced(new Declared(Optional.empty(), Optional.of("ab".repeat(32))));
        assertThat(Answers.problemOf(send(other, 9))).isInstanceOf(Problem.Invalid.class);
        assertThat(Answers.problemOf(uploads.announce(OWNER, STAGE.skill(), STAGE.stage(),
                new Declared(Optional.of(1001L), Optional.empty())))).isInstanceOf(Problem.TooLarge.class);
    }

    @Test
    void whatIsSupersededOrLateIsNotTaken() {
        Ticketed first = announced(Declared.NOTHING);
        Ticketed second = announced(Declared.NOTHING);
        assertThat(Answers.problemOf(send(first, 9))).isInstanceOf(Problem.Conflict.class);
        clock.advance(Duration.ofMinutes(15));
        assertThat(Answers.problemOf(send(second, 9))).isInstanceOf(Problem.Conflict.class);
        assertThat(arrivals).hasValue(0);
    }

    @Test
    void anUploadIsOfItsStageOnly() {
        Ticketed ticketed = announced(Declared.NOTHING);
        assertThat(Answers.problemOf(uploads.find(OWNER, STAGE.skill(), "other", ticketed.upload().id())))
                .isInstanceOf(Problem.NotFound.class);
        assertThat(Answers.problemOf(uploads.announce(OWNER, STAGE.skill(), "other", Declared.NOTHING)))
                .isInstanceOf(Problem.NotFound.class);
        assertThat(Answers.problemOf(uploads.receive("up_absent", new ChunkedSource(new byte[1], 1))))
                .isInstanceOf(Problem.NotFound.class);
    }
}
