package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.skill.PackageStore;
import dev.weir.fixture.Answers;
import dev.weir.fixture.ChunkedSource;
import dev.weir.kernel.Problem;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link PackageStore} does with bytes; its URLs are the adapter's own to test. */
public interface PackageStoreContract {
    long MAX = 1 << 20;

    /** An empty store, the same one throughout a test. */
    PackageStore packages();

    @Test
    default void whatWasSentCanBeReadAndIsNamedByItsDigest() {
        byte[] content = bytes(700_000);
        assertThat(Answers.of(received("u1", content))).isEqualTo(sha256(content));
        assertThat(content(packages().open("u1"))).isEqualTo(content);
        assertThat(Answers.problemOf(packages().open("u2"))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void anEmptyBodyIsAnEmptyFile() {
        assertThat(Answers.of(received("u1", new byte[0]))).isEqualTo(sha256(new byte[0]));
        assertThat(content(packages().open("u1"))).isEmpty();
    }

    @Test
    default void theLimitIsTheLastByteTaken() {
        Answers.of(received("u1", bytes((int) MAX)));
        assertThat(content(packages().open("u1"))).hasSize((int) MAX);

        assertThat(Answers.problemOf(received("u2", bytes((int) MAX + 1))))
                .isInstanceOfSatisfying(Problem.TooLarge.class,
                        problem -> assertThat(problem.limitBytes()).isEqualTo(MAX));
        assertThat(Answers.problemOf(packages().open("u2"))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void aBodyThatBreaksOffLeavesWhatWasThere() {
        byte[] content = bytes(1000);
        Answers.of(received("u1", content));
        ChunkedSource broken = new ChunkedSource(bytes(50_000), 1000);
        broken.breakAfter(20);
        assertThatThrownBy(() -> Answers.of(packages().receive("u1", broken, MAX))).hasMessage("the connection broke");
        assertThat(content(packages().open("u1"))).isEqualTo(content);
    }

    @Test
    default void aLaterBodyReplacesTheEarlierOne() {
        Answers.of(received("u1", bytes(5000)));
        byte[] later = bytes(300);
        Answers.of(received("u1", later));
        assertThat(content(packages().open("u1"))).isEqualTo(later);
    }

    @Test
    default void ofBodiesSentAtOnceOneIsKeptWhole() {
        List<byte[]> contents = List.of(bytes(90_000), bytes(80_000), bytes(70_000), bytes(60_000));
        Answers.atOnce(contents.size(), i -> received("u1", contents.get(i)));
        assertThat(contents).anySatisfy(each -> assertThat(content(packages().open("u1"))).isEqualTo(each));
    }

    @Test
    default void anAcceptedUploadIsAPackage() {
        byte[] content = bytes(4000);
        String digest = Answers.of(received("u1", content));
        assertThat(Answers.problemOf(packages().fetch(digest))).isInstanceOf(Problem.NotFound.class);
        Answers.of(packages().accept("u1", digest));
        assertThat(content(packages().fetch(digest))).isEqualTo(content);
        Answers.of(packages().accept("u1", digest));

        Answers.of(received("u2", content));
        Answers.of(packages().accept("u2", digest));
        Answers.of(packages().discard("u1"));
        assertThat(content(packages().fetch(digest))).isEqualTo(content);
    }

    @Test
    default void whatWasReplacedAfterItWasCheckedIsNotAccepted() {
        String checked = Answers.of(received("u1", bytes(4000)));
        String replaced = Answers.of(received("u1", bytes(4000)));
        assertThat(Answers.problemOf(packages().accept("u1", checked))).isInstanceOf(Problem.Conflict.class);
        assertThat(Answers.problemOf(packages().fetch(checked))).isInstanceOf(Problem.NotFound.class);
        assertThat(Answers.problemOf(packages().fetch(replaced))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void whatWasNeverReceivedIsNotAccepted() {
        assertThat(Answers.problemOf(packages().accept("u1", "ab".repeat(32)))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void aDiscardedUploadIsGone() {
        Answers.of(received("u1", bytes(10)));
        Answers.of(packages().discard("u1"));
        Answers.of(packages().discard("u1"));
        assertThat(Answers.problemOf(packages().open("u1"))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void namesThatAreNoIdsAreNeverFound() {
        for (String name : List.of("", ".", "..", "../u1", "a/b", "/etc/passwd", "tmp-\u0000")) {
            assertThat(Answers.problemOf(packages().open(name))).isInstanceOf(Problem.NotFound.class);
            assertThat(Answers.problemOf(packages().fetch(name))).isInstanceOf(Problem.NotFound.class);
            assertThat(Answers.problemOf(packages().accept(name, "ab".repeat(32))))
                    .isInstanceOf(Problem.NotFound.class);
            assertThat(Answers.problemOf(received(name, bytes(1)))).isInstanceOf(Problem.NotFound.class);
            Answers.of(packages().discard(name));
        }
    }

    @Test
    default void urlsAreAbsoluteAndDifferPerName() {
        Duration hour = Duration.ofHours(1);
        assertThat(packages().uploadUrl("u1", MAX, hour)).startsWith("http").isNotEqualTo(
                packages().uploadUrl("u2", MAX, hour));
        assertThat(packages().downloadUrl("ab".repeat(32), hour)).startsWith("http").isNotEqualTo(
                packages().downloadUrl("cd".repeat(32), hour));
    }

    private Future<String> received(String uploadId, byte[] content) {
        return packages().receive(uploadId, new ChunkedSource(content, 8192), MAX);
    }

    private static byte[] content(Future<Path> file) {
        try {
            return Files.readAllBytes(Answers.of(file));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static byte[] bytes(int n) {
        byte[] bytes = new byte[n];
        new Random().nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
