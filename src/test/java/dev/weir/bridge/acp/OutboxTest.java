package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.feature.agent.AgentShell;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has arrived, as far as a service says so. */
class OutboxTest {
    private static final int MEBI = 1024 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final Line line = new Line();

    @AfterEach
    void close() throws Exception {
        AcpRig.get(vertx.close());
    }

    private Outbox outbox(int capacity, Duration patience) throws Exception {
        return on(() -> {
            Outbox outbox = new Outbox(context, capacity, patience, () -> {});
            outbox.use(line);
            outbox.open(0);
            return outbox;
        });
    }

    private <T> T on(Callable<T> action) throws Exception {
        Promise<T> result = Promise.promise();
        context.runOnContext(v -> {
            try {
                result.complete(action.call());
            } catch (Exception failure) {
                result.fail(failure);
            }
        });
        return AcpRig.get(result.future());
    }

    private void add(Outbox outbox, String id, int bytes) throws Exception {
        on(() -> {
            outbox.add(new Outbox.Entry(Buffer.buffer(new byte[bytes]), id));
            return 0;
        });
    }

    @Test
    void whatTheServiceHasConfirmedHasArrived() throws Exception {
        Outbox outbox = outbox(10 * MEBI, Duration.ofMinutes(1));
        line.taken.add(Future.succeededFuture());
        add(outbox, "1", 10);
        assertThat(on(outbox::hasUnconfirmed)).isTrue();
        line.echoes.getFirst().complete();
        await().until(() -> !on(outbox::hasUnconfirmed));
        assertThat(on(outbox::arrived)).isEqualTo(1);
    }

    /** The client's line is on a slow way, or the agent does not read: however long that takes, it has not arrived. */
    @Test
    void whatTheConnectionHasNotTakenIsNotTakenForArrived() throws Exception {
        Outbox outbox = outbox(10 * MEBI, Duration.ofMillis(20));
        Promise<Void> taken = Promise.promise();
        line.taken.add(taken.future());
        add(outbox, "1", 2 * MEBI);
        add(outbox, "2", 10);
        await().pollDelay(Duration.ofMillis(100)).until(() -> line.writes.size() == 1);
        assertThat(on(outbox::arrived)).isZero();
        assertThat(on(outbox::hasUnconfirmed)).isTrue();
        line.taken.add(Future.succeededFuture());
        taken.complete(); // from now on it may be that the service says nothing
        await().until(() -> line.writes.size() == 2);
        assertThat(on(outbox::arrived)).isZero();
        on(() -> {
            outbox.close();
            outbox.settle(1);
            outbox.open(3);
            return 0;
        });
        await().until(() -> line.writes.size() == 3);
        assertThat(line.writes).endsWith(11);
    }

    @Test
    void anEchoThatComesLateStillCounts() throws Exception {
        Outbox outbox = outbox(10 * MEBI, Duration.ofMillis(20));
        line.taken.add(Future.succeededFuture());
        add(outbox, "1", 10);
        await().until(() -> line.echoes.size() > 2); // asked again and again
        line.echoes.getFirst().complete();
        await().until(() -> on(outbox::arrived) == 1);
        assertThat(on(outbox::hasUnconfirmed)).isFalse();
    }

    /** There is a bound; what is dropped for it is named when it matters. */
    @Test
    void withAServiceThatNeverSaysAnythingTheLastOnesAreInDoubt() throws Exception {
        Outbox outbox = outbox(MEBI, Duration.ofMillis(20));
        line.taken.add(Future.succeededFuture());
        add(outbox, "1", 2 * MEBI);
        assertThat(on(outbox::isFull)).isTrue();
        await().until(() -> !on(outbox::isFull));
        assertThat(on(outbox::arrived)).isNegative();
        add(outbox, "2", 10);
        List<Outbox.Entry> lost = new ArrayList<>(on(() -> {
            outbox.close();
            return outbox.forgetUnconfirmed();
        }));
        assertThat(lost).extracting(Outbox.Entry::id).containsExactly("1", "2");
    }

    /** A connection that takes and echoes when it is told to. */
    private static final class Line implements AgentShell {
        final List<Integer> writes = new CopyOnWriteArrayList<>();
        final List<Future<Void>> taken = new CopyOnWriteArrayList<>();
        final List<Promise<Void>> echoes = new CopyOnWriteArrayList<>();

        @Override
        public Future<Void> write(Buffer bytes) {
            writes.add(bytes.length());
            return taken.getLast();
        }

        @Override
        public Future<Void> confirm() {
            echoes.add(Promise.promise());
            return echoes.getLast().future();
        }

        @Override
        public void resize(int columns, int rows) {
            // nobody looks
        }

        @Override
        public void pause() {
            // says nothing
        }

        @Override
        public void resume() {
            // says nothing
        }

        @Override
        public void detach() {
            // goes on
        }

        @Override
        public void terminate() {
            // goes on
        }
    }
}
