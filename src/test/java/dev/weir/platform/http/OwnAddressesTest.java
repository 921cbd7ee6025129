package dev.weir.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.fixture.Answers;
import dev.weir.fixture.HandClock;
import inet.ipaddr.IPAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
    private final Vertx vertx = Vertx.vertx();
    private final HandClock clock = new HandClock();
    private final List<Boolean> onEventLoop = new CopyOnWriteArrayList<>();
    private final AtomicBoolean broken = new AtomicBoolean();
    private final OwnAddresses own = new OwnAddresses(vertx, this::read, clock);

    @AfterEach
    void close() {
        Answers.of(vertx.close());
    }

    @Test
    void theyAreReadOnceAMinuteAndNotOnTheEventLoop() {
        for (int i = 0; i < 3; i++) {
            Set<IPAddress> read = Answers.of(vertx.timer(1).compose(_ -> own.now()));
            assertThat(read).hasSize(1);
        }
        assertThat(onEventLoop).containsExactly(false);
        clock.advance(Duration.ofSeconds(60));
        Answers.of(own.now());
        assertThat(onEventLoop).hasSize(2);
    }

    @Test
    void aFailureIsNotKept() {
        broken.set(true);
        assertThatThrownBy(() -> Answers.of(own.now())).isInstanceOf(SocketException.class);
        broken.set(false);
        assertThat(Answers.of(own.now())).hasSize(1);
    }

    @Test
    void thisMachineHasItsLoopback() throws SocketException {
        assertThat(OwnAddresses.ofThisMachine()).map(IPAddress::toCanonicalString).contains("127.0.0.1");
    }

    private Set<IPAddress> read() throws SocketException {
        onEventLoop.add(Context.isOnEventLoopThread());
        if (broken.get()) {
            throw new SocketException("nobody knows");
        }
        return Set.of(AddressRules.read("8.8.4.4").orElseThrow());
    }
}
