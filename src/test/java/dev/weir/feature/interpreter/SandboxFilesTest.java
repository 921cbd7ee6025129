package dev.weir.feature.interpreter;

import static dev.weir.fixture.Samples.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.interpreter.tool.ToolCall;
import dev.weir.fixture.Answers;
import dev.weir.fixture.FileBox;
import dev.weir.fixture.MemorySandboxStore;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.Role;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Files of users' sessions: what is refused before it costs anything. */
class SandboxFilesTest {
    private static final Permit ADA = permit("ada");
    private static final int MAX = 1_000;

    private final FileBox box = new FileBox();
    private final Sandboxes sandboxes = new Sandboxes(new MemorySandboxStore(),
            new Interpreters(Map.of("default-public", box), "default-public"), null, 9, InstantSource.system());
    private final SandboxFiles files = new SandboxFiles(sandboxes, MAX);

    private static Permit permit(String user) {
        return new Access(null, null, null).member(new Caller(TENANT, user, Role.DEVELOPER));
    }

    private Sandbox open(Permit permit) {
        return Answers.of(sandboxes.open(permit, Optional.empty(), Optional.empty(), Duration.ofMinutes(5)));
    }

    @Test
    void aPathIsJudgedBeforeTheBodyIsRead() {
        String id = open(ADA).id();
        AtomicInteger read = new AtomicInteger();
        for (String path : List.of("../x", "/x", "a/../../x", " ")) {
            assertThat(Answers.problemOf(files.write(ADA, id, path, () -> {
                read.incrementAndGet();
                return Future.succeededFuture(Buffer.buffer());
            }))).isInstanceOf(Problem.Invalid.class);
        }
        assertThat(read).hasValue(0);
        assertThat(box.calls()).isEmpty();
    }

    @Test
    void aUserHasTwoFilesOnTheirWayAndOthersHaveRoom() {
        String id = open(ADA).id();
        Promise<Buffer> body = Promise.promise();
        Future<Void> first = files.write(ADA, id, "a", body::future);
        Future<Void> second = files.write(ADA, id, "b", body::future);
        assertThat(Answers.problemOf(files.write(ADA, id, "c", body::future))).isInstanceOf(Problem.Unavailable.class);
        Permit eve = permit("eve");
        Answers.of(files.write(eve, open(eve).id(), "d", () -> Future.succeededFuture(Buffer.buffer("d"))));
        body.complete(Buffer.buffer("x"));
        Answers.of(first);
        Answers.of(second);
        assertThat(Answers.of(files.read(ADA, id, "a"))).isEqualTo(Buffer.buffer("x"));
        for (int i = 0; i < 10; i++) { // what failed has made room again
            assertThat(Answers.problemOf(files.read(ADA, id, "absent"))).isInstanceOf(Problem.Unprocessable.class);
        }
    }

    @Test
    void anAnswerIsBrokenOffWhenItIsTooLarge() {
        Sandbox sandbox = open(ADA);
        for (int size : List.of(MAX + 1, MAX + 200_000)) {
            Answers.of(box.invoke(sandbox.session().orElseThrow(), new ToolCall.WriteFiles(
                    List.of(new ToolCall.FileContent("large", Buffer.buffer(new byte[size])))), Duration.ofSeconds(9),
                    _ -> Future.succeededFuture()).end());
            int told = box.refused();
            assertThat(Answers.problemOf(files.read(ADA, sandbox.id(), "large")))
                    .isEqualTo(new Problem.TooLarge("the file", MAX));
            assertThat(box.refused() - told).isEqualTo(size > 100_000 ? 1 : 0);
        }
    }
}
