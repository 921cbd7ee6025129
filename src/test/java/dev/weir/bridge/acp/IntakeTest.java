package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client that says more than is looked at. */
class IntakeTest {
    private final AtomicInteger pauses = new AtomicInteger();
    private final Intake intake = new Intake(new Client() {
        @Override
        public Future<Void> send(byte[] message) {
            return Future.succeededFuture();
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
        }

        @Override
        public void resume() {
            pauses.decrementAndGet();
        }
    });

    @Test
    void aClientIsHeldUpUntilWhatItSaidWasLookedAt() {
        intake.came(9 * 1024 * 1024);
        assertThat(pauses).hasValue(1);
        intake.hold("another");
        intake.read(9 * 1024 * 1024);
        assertThat(pauses).hasValue(1);
        intake.release("another");
        assertThat(pauses).hasValue(0);
    }
}
