package dev.weir.platform.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contract.PackageStoreContract;
import dev.weir.fixture.Answers;
import dev.weir.fixture.ChunkedSource;
import dev.weir.fixture.HandClock;
import dev.weir.wire.signedurl.SignedUrls;
import dev.weir.wire.signedurl.SignedUrls.Verdict;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePackageStoreTest implements PackageStoreContract {
    private static Vertx vertx;

    @TempDir
    Path directory;

    private final HandClock clock = new HandClock();
    private final SignedUrls urls = new SignedUrls(new byte[32]);
    private FilePackageStore packages;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        Answers.of(vertx.close());
    }

    @BeforeEach
    void open() {
        packages = new FilePackageStore(directory, urls, () -> "http://127.0.0.1:8080", clock, vertx);
    }

    @Override
    public FilePackageStore packages() {
        return packages;
    }

    @Test
    void itsUrlsSayWhatTheyAllow() {
        URI put = URI.create(packages.uploadUrl("u1", 5000, Duration.ofMinutes(15)));
        assertThat(put.getRawPath()).isEqualTo("/_local/packages/uploads/u1");
        assertThat(verdict("PUT", put)).isEqualTo(new Verdict.Granted(OptionalLong.of(5000)));
        assertThat(verdict("GET", put)).isEqualTo(new Verdict.Refused());

        URI get = URI.create(packages.downloadUrl("ab".repeat(32), Duration.ofMinutes(15)));
        assertThat(get.getRawPath()).isEqualTo("/_local/packages/" + "ab".repeat(32));
        assertThat(verdict("GET", get)).isEqualTo(new Verdict.Granted(OptionalLong.empty()));
        clock.advance(Duration.ofMinutes(15));
        assertThat(verdict("GET", get)).isEqualTo(new Verdict.Expired());
    }

    @Test
    void itsFilesAreItsOwnersOnly() throws IOException {
        Answers.of(packages.receive("u2", new ChunkedSource(new byte[9], 3), 100));
        String digest = Answers.of(packages.keep(Files.write(directory.resolve("p.zip"), new byte[]{1, 2})));
        assertThat(mode(directory.resolve("uploads"))).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("uploads/u2"))).isEqualTo("rw-------");
        assertThat(mode(Answers.of(packages.fetch(digest)))).isEqualTo("r--------");
    }

    @Test
    void whatFailedLeavesNoFileBehind() throws IOException {
        Answers.problemOf(packages.receive("u1", new ChunkedSource(new byte[2000], 100), 1000));
        ChunkedSource broken = new ChunkedSource(new byte[2000], 100);
        broken.breakAfter(3);
        Answers.of(packages.receive("u1", broken, 5000).mapEmpty().otherwiseEmpty());
        assertThat(files("uploads")).isEmpty();
    }

    @Test
    void whatACrashLeftHalfReceivedIsRemovedAndTheRestStays() throws IOException {
        Answers.of(packages.receive("u2", new ChunkedSource(new byte[9], 3), 100));
        String digest = Answers.of(packages.keep(Files.write(directory.resolve("p.zip"), new byte[]{1, 2})));
        Files.createFile(directory.resolve("uploads/tmp-1"));
        Files.createFile(directory.resolve("packages/tmp-2"));

        open();

        assertThat(files("uploads")).containsExactly("u2");
        assertThat(files("packages")).containsExactly(digest);
    }

    private Verdict verdict(String method, URI url) {
        Map<String, String> query = Arrays.stream(url.getRawQuery().split("&", -1)).map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return urls.verify(method, url.getRawPath(), query, clock.instant());
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(name))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
