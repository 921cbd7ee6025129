package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.jsonrpc.Envelope;
import org.junit.jupiter.api.Test;

/** Ids of requests that were given up. */
class LedgerTest {
    @Test
    void onlySoManyLateAnswersAreWaitedFor() {
        Ledger ledger = new Ledger(new BridgeSummary());
        for (int i = 0; i < 2000; i++) {
            ledger.clientAsks(new Envelope.Request("" + i, "m", ""));
            ledger.abandon("" + i);
        }
        assertThat(ledger.clientAsks(new Envelope.Request("1", "m", ""))).isTrue();
        assertThat(ledger.clientAsks(new Envelope.Request("1999", "m", ""))).isFalse();
        assertThat(ledger.objection(new Envelope.Request("1999", "m", ""))).contains("may still come");
    }
}
