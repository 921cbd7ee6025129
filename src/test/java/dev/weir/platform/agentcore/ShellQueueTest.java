package dev.weir.platform.agentcore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.shell.ShellFrame;
import dev.weir.wire.shell.ShellFrames;
import dev.weir.wire.shell.ShellLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellQueueTest {
    private final ShellQueue queue = new ShellQueue();

    @Test
    void smallPiecesShareAMessageUntilAnotherChannelComesBetween() {
        Future<Void> first = queue.type(Buffer.buffer("a"));
        queue.type(Buffer.buffer("bc"));
        queue.send(new ShellFrame.Heartbeat(Buffer.buffer()));
        Future<Void> last = queue.type(Buffer.buffer("d"));
        List<Integer> sizes = drain(first, last);
        assertThat(sizes).containsExactly(4, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, ShellLimits.CHUNK - 1, ShellLimits.CHUNK, ShellLimits.CHUNK + 1,
        ShellLimits.CHUNK + 2, 2 * ShellLimits.CHUNK, 2 * ShellLimits.CHUNK + 1})
    void noMessageEndsOneByteBeforeTheEndOfAWrite(int length) {
        for (int before : new int[]{0, 1, ShellLimits.CHUNK - 1, ShellLimits.CHUNK - 2}) {
            Future<Void> earlier = queue.type(Buffer.buffer(new byte[before]));
            Future<Void> write = queue.type(Buffer.buffer(new byte[length]));
            int total = 0;
            while (!queue.isEmpty()) {
                ShellQueue.Message message = queue.next();
                total += message.bytes().length() - 1;
                assertThat(message.bytes().length()).isLessThanOrEqualTo(ShellLimits.CHUNK + 1);
                assertThat(length > 1 && total == before + length - 1).isFalse();
                message.done().forEach(Promise::tryComplete);
            }
            assertThat(total).isEqualTo(before + length);
            assertThat(earlier.succeeded()).isTrue();
            assertThat(write.succeeded()).isTrue();
        }
    }

    @Test
    void whoWaitsIsToldOfTheLoss() {
        Future<Void> typed = queue.type(Buffer.buffer(new byte[ShellLimits.CHUNK * 2]));
        Future<Void> sent = queue.send(new ShellFrame.Close());
        queue.next();
        queue.failAll(new IllegalStateException("lost"));
        assertThat(typed.failed()).isTrue();
        assertThat(sent.failed()).isTrue();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void thePaceNeverExceedsItsRate() {
        Pace pace = new Pace(200, 0);
        List<Long> passed = new ArrayList<>();
        for (long now = 0; now < 3_000_000_000L; now += 500_000) {
            if (pace.take(now) == 0) {
                passed.add(now);
            }
        }
        for (int i = 200; i < passed.size(); i++) {
            assertThat(passed.get(i) - passed.get(i - 200)).isGreaterThanOrEqualTo(999_000_000L);
        }
        assertThat(passed).hasSizeGreaterThan(500);
    }

    private List<Integer> drain(Future<Void> first, Future<Void> last) {
        List<Integer> sizes = new ArrayList<>();
        while (!queue.isEmpty()) {
            ShellQueue.Message message = queue.next();
            assertThat(ShellFrames.decode(message.bytes())).isNotNull();
            sizes.add(message.bytes().length());
            message.done().forEach(Promise::tryComplete);
        }
        assertThat(first.succeeded() && last.succeeded()).isTrue();
        return sizes;
    }
}
