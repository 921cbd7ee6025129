package dev.weir.feature.interpreter;

import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.feature.interpreter.tool.ToolCall.FileContent;
import dev.weir.feature.interpreter.tool.ToolCall.ListFiles;
import dev.weir.feature.interpreter.tool.ToolCall.ReadFiles;
import dev.weir.feature.interpreter.tool.ToolCall.RemoveFiles;
import dev.weir.feature.interpreter.tool.ToolCall.WriteFiles;
import dev.weir.feature.interpreter.tool.ToolResult;
import dev.weir.feature.interpreter.tool.ToolResult.Image;
import dev.weir.feature.interpreter.tool.ToolResult.Link;
import dev.weir.feature.interpreter.tool.ToolResult.Resource;
import dev.weir.feature.interpreter.tool.ToolResult.Text;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files of the sessions that users hold. All methods fail as {@link Sandboxes#find} does, with {@code Invalid} for a path that does not stay
 * below the session's working directory, and with {@code Unprocessable} for what the interpreter refuses, in its words.
 */
public final class SandboxFiles {
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final int MAX_PATH = 1024;
    private static final int MAX_SAID = 500;
    /** Contents on their way at a time: each is in memory whole, as text of the wire, too. */
    private static final int TRANSFERS = 8;
    /** Of these a user has so many, so that others find room. */
    private static final int TRANSFERS_PER_USER = 2;
    /** Of an answer, beside a file's content. */
    private static final long SLACK = 64 * 1024;
    /** Of an answer that has no file's content: a large directory's. */
    private static final long MAX_ANSWER = 4 * 1024 * 1024;

    private final Sandboxes sandboxes;
    private final long maxBytes;
    private final Semaphore transfers = new Semaphore(TRANSFERS);
    private final Map<User, Integer> transfersOf = new ConcurrentHashMap<>();

    private record User(TenantId tenant, String name) {}

    /**
     * Files of those sessions.
     *
     * @param maxBytes of one file
     */
    public SandboxFiles(Sandboxes sandboxes, long maxBytes) {
        this.sandboxes = sandboxes;
        this.maxBytes = maxBytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** What is in a directory; an empty one is the working directory. */
    public Future<List<Link>> list(Permit permit, String id, String directory) {
        return call(permit, id, new ListFiles(directory.isEmpty() ? "" : legal(directory)), answer())
                .map(parts -> content(parts).filter(Link.class::isInstance).map(Link.class::cast).toList());
    }

    /** Fails with {@code TooLarge} beyond the limit; {@code NotFound} if the answer has no such file. */
    public Future<Buffer> read(Permit permit, String id, String path) {
        Room room = new Room("the file", maxBytes, maxBytes + SLACK);
        return transfer(permit, () -> call(permit, id, new ReadFiles(List.of(legal(path))), room).map(parts -> {
            Buffer bytes = content(parts).filter(Resource.class::isInstance).map(Resource.class::cast).findFirst()
                    .map(Resource::bytes)
                    .orElseThrow(() -> new ProblemException(new Problem.NotFound("file", path)));
            if (bytes.length() > maxBytes) {
                throw new ProblemException(new Problem.TooLarge("the file", maxBytes));
            }
            return bytes;
        }));
    }

    /**
     * Makes or replaces a file, and the directories above it. {@code bytes} are read only when they have a place to go to, and there is room for
     * them.
     */
    public Future<Void> write(Permit permit, String id, String path, Supplier<Future<Buffer>> bytes) {
        return transfer(permit, () -> {
            String where = legal(path);
            return sandboxes.use(permit, id).compose(_ -> bytes.get()).compose(
                    content -> call(permit, id, new WriteFiles(List.of(new FileContent(where, content))), answer()));
        }).mapEmpty();
    }

    public Future<Void> remove(Permit permit, String id, String path) {
        return call(permit, id, new RemoveFiles(List.of(legal(path))), answer()).mapEmpty();
    }

    private <T> Future<T> transfer(Permit permit, Supplier<Future<T>> work) {
        User user = new User(permit.tenant(), permit.caller().user());
        if (transfersOf.merge(user, 1, Integer::sum) > TRANSFERS_PER_USER) {
            ended(user);
            return busy("you have " + TRANSFERS_PER_USER + " files on their way; try again");
        }
        if (!transfers.tryAcquire()) {
            ended(user);
            return busy("many files are on their way; try again");
        }
        Future<T> result;
        try {
            result = work.get();
        } catch (RuntimeException failure) {
            result = Future.failedFuture(failure);
        }
        return result.onComplete(_ -> {
            transfers.release();
            ended(user);
        });
    }

    private void ended(User user) {
        transfersOf.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }

    private static <T> Future<T> busy(String why) {
        return Future.failedFuture(new ProblemException(new Problem.Unavailable(why, Duration.ofSeconds(2), "")));
    }

    private static Room answer() {
        return new Room("the interpreter's answer", MAX_ANSWER, MAX_ANSWER);
    }

    /** What of an answer may still come; told of one part at a time. */
    private static final class Room {
        private final String what;
        private final long limit;
        private long left;

        /** @param limit that is told to whoever asks for more than {@code left} */
        Room(String what, long limit, long left) {
            this.what = what;
            this.limit = limit;
            this.left = left;
        }

        boolean has(ToolResult part) {
            left -= part.content().stream().mapToLong(Room::size).sum();
            return left >= 0;
        }

        private static long size(ToolResult.Content content) {
            return switch (content) {
                case Text text -> text.text().length();
                case Image image -> image.bytes().length();
                case Resource resource -> resource.bytes().length();
                case Link link -> link.uri().length() + link.name().length();
            };
        }

        ProblemException exceeded() {
            return new ProblemException(new Problem.TooLarge(what, limit));
        }
    }

    private Future<List<ToolResult>> call(Permit permit, String id, ToolCall call, Room room) {
        return sandboxes.use(permit, id).compose(held -> {
            List<ToolResult> parts = new ArrayList<>();
            return held.interpreter().invoke(held.session(), call, WITHIN, part -> {
                if (!room.has(part)) {
                    return Future.failedFuture(room.exceeded());
                }
                parts.add(part);
                return Future.succeededFuture();
            }).end().map(_ -> {
                if (parts.stream().anyMatch(ToolResult::isError)) {
                    throw new ProblemException(new Problem.Unprocessable(said(parts)));
                }
                return parts;
            });
        });
    }

    private static String said(List<ToolResult> parts) {
        String text = content(parts).filter(Text.class::isInstance).map(block -> ((Text) block).text())
                .collect(Collectors.joining(" "));
        String shown = text.length() > MAX_SAID ? text.substring(0, MAX_SAID) + "..." : text;
        return shown.isBlank() ? "the interpreter refused it" : "the interpreter refused it: " + shown;
    }

    private static Stream<ToolResult.Content> content(List<ToolResult> parts) {
        return parts.stream().flatMap(part -> part.content().stream());
    }

    /** The interpreter checks it, too; this is for a clear answer. */
    private static String legal(String path) {
        boolean legal = !path.isBlank() && path.length() <= MAX_PATH && !path.startsWith("/")
                && path.indexOf('\0') < 0 && !List.of(path.split("/", -1)).contains("..");
        if (!legal) {
            throw new ProblemException(Problem.Invalid.of("/path",
                    "must be a path of at most " + MAX_PATH + " characters below the working directory"));
        }
        return path;
    }
}
