package dev.weir.platform.embedded;

import dev.weir.feature.skill.PackageStore;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.wire.signedurl.SignedUrls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.streams.Pipe;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packages as files: {@code uploads/<upload id>.<digest>} until judged, {@code packages/<digest>}, read-only, for what passed. A file appears with
 * all its bytes or not at all. The URLs lead to this gateway, whose edge verifies them with the same {@link SignedUrls}.
 */
public final class FilePackageStore implements PackageStore {
    /** The path that a PUT of an upload goes to is this and the upload id. */
    public static final String UPLOADS = "/_local/packages/uploads/";
    /** The path that a GET of a package goes to is this and the digest. */
    public static final String PACKAGES = "/_local/packages/";

    private static final String SEPARATOR = ".";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path uploads;
    private final Path packages;
    private final SignedUrls urls;
    private final Supplier<String> baseUrl;
    private final InstantSource clock;
    private final Vertx vertx;

    /**
     * Makes the directories and removes what a crash left half received. Blocks.
     *
     * @param baseUrl asked at each URL, so that the port may be found out later; without a slash at the end
     */
    public FilePackageStore(Path directory, SignedUrls urls, Supplier<String> baseUrl, InstantSource clock,
            Vertx vertx) {
        this.uploads = directory.resolve("uploads");
        this.packages = directory.resolve("packages");
        this.urls = urls;
        this.baseUrl = baseUrl;
        this.clock = clock;
        this.vertx = vertx;
        try {
            for (Path each : new Path[]{directory, uploads, packages}) {
                PrivateFiles.directory(each);
            }
            PrivateFiles.removeTemporary(uploads);
            PrivateFiles.removeTemporary(packages);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot use the package directory " + directory, failed);
        }
    }

    @Override
    public String uploadUrl(String uploadId, long maxBytes, Duration validity) {
        return signed("PUT", UPLOADS + Ids.require(uploadId, ""), validity, OptionalLong.of(maxBytes));
    }

    @Override
    public String downloadUrl(String digest, Duration validity) {
        return signed("GET", PACKAGES + digest, validity, OptionalLong.empty());
    }

    @Override
    public Future<Received> receive(String uploadId, ReadStream<Buffer> bytes, long maxBytes) {
        if (!Ids.isLegal(uploadId)) {
            return absent("upload", uploadId);
        }
        Pipe<Buffer> pipe = bytes.pipe(); // pauses the source until there is a file to take it
        return blocking(() -> PrivateFiles.temporary(uploads))
                .onFailure(_ -> pipe.close())
                .compose(part -> fill(pipe, part, maxBytes)
                        .compose(received -> blocking(() -> publish(part, upload(uploadId, received.digest())))
                                .map(received))
                        .recover(failure -> blocking(() -> Files.deleteIfExists(part))
                                .transform(_ -> Future.failedFuture(failure))));
    }

    @Override
    public Future<Path> open(String uploadId, String digest) {
        return Ids.isLegal(uploadId) && DIGEST.matcher(digest).matches()
                ? existing("upload", uploadId, upload(uploadId, digest))
                : absent("upload", uploadId);
    }

    @Override
    public Future<String> keep(Path file) {
        return blocking(() -> keepNow(file));
    }

    @Override
    public Future<Path> fetch(String digest) {
        return DIGEST.matcher(digest).matches()
                ? existing("package", digest, packages.resolve(digest))
                : absent("package", digest);
    }

    @Override
    public Future<Void> discard(String uploadId, String digest) {
        return Ids.isLegal(uploadId) && DIGEST.matcher(digest).matches()
                ? blocking(() -> Files.deleteIfExists(upload(uploadId, digest))).mapEmpty()
                : Future.succeededFuture();
    }

    @Override
    public Future<Void> discard(String uploadId) {
        return !Ids.isLegal(uploadId) ? Future.succeededFuture() : blocking(() -> {
            try (DirectoryStream<Path> bytes = Files.newDirectoryStream(uploads, uploadId + SEPARATOR + "*")) {
                for (Path each : bytes) {
                    Files.deleteIfExists(each);
                }
            }
            return null;
        });
    }

    @Override
    public Future<List<String>> received(int limit) {
        return blocking(() -> {
            try (Stream<Path> bytes = Files.list(uploads)) {
                return bytes.map(file -> file.getFileName().toString()).filter(name -> name.contains(SEPARATOR))
                        .map(name -> name.substring(0, name.indexOf(SEPARATOR))).distinct().limit(limit).toList();
            }
        });
    }

    /** A character that no id has keeps the two apart. */
    private Path upload(String uploadId, String digest) {
        return uploads.resolve(uploadId + SEPARATOR + digest);
    }

    private Future<Received> fill(Pipe<Buffer> pipe, Path part, long maxBytes) {
        return vertx.fileSystem().open(part.toString(), new OpenOptions().setRead(false).setCreate(false))
                .onFailure(_ -> pipe.close())
                .compose(file -> {
                    DigestingFile sink = new DigestingFile(file, maxBytes);
                    return pipe.to(sink).map(_ -> sink.received());
                });
    }

    /** Copies first and digests the copy: nothing that happens to the file meanwhile can change what its name stands for. */
    private String keepNow(Path file) throws IOException {
        Path copy = PrivateFiles.temporary(packages);
        try {
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            String digest = Sha256.of(copy);
            if (!Files.isRegularFile(packages.resolve(digest))) {
                PrivateFiles.readOnly(copy);
                publish(copy, packages.resolve(digest));
            }
            return digest;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static Path publish(Path part, Path target) throws IOException {
        PrivateFiles.sync(part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.sync(target.getParent());
        return target;
    }

    private Future<Path> existing(String kind, String id, Path file) {
        return blocking(() -> Files.isRegularFile(file))
                .compose(there -> there ? Future.succeededFuture(file) : absent(kind, id));
    }

    private String signed(String method, String path, Duration validity, OptionalLong maxBytes) {
        return baseUrl.get() + path + "?" + urls.sign(method, path, clock.instant().plus(validity), maxBytes);
    }

    private <T> Future<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    private static <T> Future<T> absent(String kind, String id) {
        return Future.failedFuture(new ProblemException(new Problem.NotFound(kind, id)));
    }
}
