package dev.weir.bench.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.bench.fanout.Load.Protocol;
import dev.weir.bench.fanout.MisbehavingServer.Fault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong on the way must not go unnoticed. */
class LoadClientTest {
    private static Outcome measure(Protocol protocol, Fault fault) throws IOException {
        try (MisbehavingServer server = new MisbehavingServer(protocol, fault)) {
            Outcome outcome = LoadClient.measure(new Load(server.target(), new Load.Events(protocol, 1, 200),
                    new Load.Pace(0, 4, 0, 0), new Load.Times(0, 0.1, 5, 0.5), Load.Pause.NONE, List.of()), "");
            assertThat(outcome.published()).isPositive();
            if (protocol == Protocol.WEBSOCKET) {
                assertThat(server.answered().orTimeout(5, TimeUnit.SECONDS).join()).as("a pong").isEqualTo(0x8A);
            }
            return outcome;
        }
    }

    private static Tally.Counts counts(Outcome outcome) {
        return outcome.steady().counts();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void whatIsRightIsFoundRight(Protocol protocol) throws IOException {
        Outcome outcome = measure(protocol, Fault.NONE);
        assertThat(outcome.exact()).as(outcome.toString()).isTrue();
        assertThat(outcome.published()).as("enough of them for something to go wrong").isGreaterThan(8);
        assertThat(counts(outcome).events()).isEqualTo(outcome.published());
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aLostEventIsMissing(Protocol protocol) throws IOException {
        Outcome outcome = measure(protocol, Fault.GAP);
        assertThat(outcome.exact()).isFalse();
        assertThat(counts(outcome).gaps()).isEqualTo(1);
        assertThat(outcome.steady().missing()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void anEventThatComesAgainIsARepeat(Protocol protocol) throws IOException {
        Outcome outcome = measure(protocol, Fault.REPEAT);
        assertThat(outcome.exact()).isFalse();
        assertThat(counts(outcome).repeats()).isEqualTo(1);
        assertThat(outcome.steady().missing()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void eventsThatChangePlacesAreOutOfOrder(Protocol protocol) throws IOException {
        Outcome outcome = measure(protocol, Fault.SWAP);
        assertThat(outcome.exact()).isFalse();
        assertThat(counts(outcome).reordered()).isEqualTo(1);
        assertThat(outcome.steady().missing()).isZero();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = {"SHORT", "LONG", "CHANGED"})
    void aPayloadThatIsNotWhatWasPublishedIsBad(Fault fault) throws IOException {
        for (Protocol protocol : Protocol.values()) {
            Outcome outcome = measure(protocol, fault);
            assertThat(outcome.exact()).isFalse();
            assertThat(counts(outcome).bad()).isEqualTo(1);
            assertThat(counts(outcome).gaps()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void aConnectionThatIsClosedEndsTheMeasurement(Protocol protocol) throws IOException {
        Outcome outcome = measure(protocol, Fault.CLOSE);
        assertThat(outcome.exact()).isFalse();
        assertThat(outcome.connections().closedEarly()).isEqualTo(1);
        assertThat(outcome.end()).startsWith("closed early");
    }

    @Test
    void aStreamThatFallsSilentIsNotTakenForComplete() throws IOException {
        Outcome outcome = measure(Protocol.SSE, Fault.SILENCE);
        assertThat(outcome.exact()).isFalse();
        assertThat(outcome.end()).isEqualTo("stands still");
        assertThat(outcome.steady().missing()).isPositive();
    }
}
