package dev.weir.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.feature.skill.PackageStore;
import dev.weir.fixture.Answers;
import dev.weir.fixture.ChunkedSource;
import dev.weir.fixture.Digests;
import dev.weir.kernel.Problem;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link PackageStore} does with bytes; its URLs are the adapter's own to test. */
public interface PackageStoreContract {
    long MAX = 1 << 20;
    String ANY = "ab".repeat(32);

    /** An empty store, the same one throughout a test. */
    PackageStore packages();

    @Test
    default void whatWasSentCanBeReadAndIsNamedByItsDigest() {
        byte[] content = bytes(700_000);
        assertThat(Answers.of(packages().receive("u1", new ChunkedSource(content, 8192), MAX)))
                .isEqualTo(new PackageStore.Received(Digests.sha256(content), content.length));
        assertHeld("u1", content);
        assertThat(Answers.problemOf(packages().open("u2", ANY))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void anEmptyBodyIsAnEmptyFile() {
        assertThat(Answers.of(received("u1", new byte[0]))).isEqualTo(Digests.sha256(new byte[0]));
        assertHeld("u1", new byte[0]);
    }

    @Test
    default void theLimitIsTheLastByteTaken() {
        byte[] most = bytes((int) MAX);
        Answers.of(received("u1", most));
        assertHeld("u1", most);

        assertThat(Answers.problemOf(received("u2", bytes((int) MAX + 1))))
                .isInstanceOfSatisfying(Problem.TooLarge.class,
                        problem -> assertThat(problem.limitBytes()).isEqualTo(MAX));
        assertThat(Answers.problemOf(packages().open("u2", ANY))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void aBodyThatBreaksOffLeavesWhatWasThere() {
        byte[] content = bytes(1000);
        Answers.of(received("u1", content));
        ChunkedSource broken = new ChunkedSource(bytes(50_000), 1000);
        broken.breakAfter(20);
        assertThatThrownBy(() -> Answers.of(packages().receive("u1", broken, MAX))).hasMessage("the connection broke");
        assertHeld("u1", content);
    }

    @Test
    default void aLaterBodyReplacesTheEarlierOne() {
        Answers.of(received("u1", bytes(5000)));
        byte[] later = bytes(300);
        Answers.of(received("u1", later));
        assertHeld("u1", later);
    }

    @Test
    default void ofBodiesSentAtOnceOneIsKeptWhole() {
        List<byte[]> contents = List.of(bytes(90_000), bytes(80_000), bytes(70_000), bytes(60_000));
        Answers.atOnce(contents.size(), i -> received("u1", contents.get(i)));
        List<byte[]> held = contents.stream().filter(each -> Answers
                .of(packages().open("u1", Digests.sha256(each)).map(true).otherwise(false))).toList();
        assertThat(held).hasSize(1);
        assertHeld("u1", held.getFirst());
    }

    @Test
    default void aFileIsKeptUnderItsDigest(@TempDir Path directory) throws IOException {
        byte[] content = bytes(4000);
        String digest = Digests.sha256(content);
        assertThat(Answers.problemOf(packages().fetch(digest))).isInstanceOf(Problem.NotFound.class);
        Path file = Files.write(directory.resolve("p.zip"), content);
        assertThat(Answers.of(packages().keep(file))).isEqualTo(digest);
        assertThat(Answers.of(packages().keep(file))).isEqualTo(digest);
        Files.write(file, bytes(10));
        assertThat(content(packages().fetch(digest))).isEqualTo(content);
    }

    @Test
    default void whatWasReplacedIsNotOpened() {
        String first = Answers.of(received("u1", bytes(4000)));
        byte[] later = bytes(4000);
        String replaced = Answers.of(received("u1", later));
        assertThat(Answers.problemOf(packages().open("u1", first))).isInstanceOf(Problem.NotFound.class);
        assertThat(content(packages().open("u1", replaced))).isEqualTo(later);
    }

    @Test
    default void aDiscardedUploadIsGone() {
        Answers.of(received("u1", bytes(10)));
        Answers.of(packages().discard("u1"));
        Answers.of(packages().discard("u1"));
        assertThat(Answers.problemOf(packages().open("u1", ANY))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    default void namesThatAreNoIdsAreNeverFound() {
        for (String name : List.of("", ".", "..", "../u1", "a/b", "/etc/passwd", "tmp-\u0000")) {
            assertThat(Answers.problemOf(packages().open(name, ANY))).isInstanceOf(Problem.NotFound.class);
            assertThat(Answers.problemOf(packages().fetch(name))).isInstanceOf(Problem.NotFound.class);
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
        return packages().receive(uploadId, new ChunkedSource(content, 8192), MAX).map(PackageStore.Received::digest);
    }

    private void assertHeld(String uploadId, byte[] content) {
        assertThat(content(packages().open(uploadId, Digests.sha256(content)))).isEqualTo(content);
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
}
