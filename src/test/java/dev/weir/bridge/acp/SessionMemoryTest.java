package dev.weir.bridge.acp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.jsonrpc.Envelope;
import dev.weir.wire.jsonrpc.EnvelopeReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SessionMemoryTest {
    /** Good JSON for the reader of envelopes, and more digits than the reader of whole messages takes. */
    private static final String MANY_DIGITS = "\"_meta\":{\"n\":" + "1".repeat(1001) + "}";

    private final SessionMemory memory = new SessionMemory(AcpRig.options("agent"));

    @Test
    void whatCannotBeTakenApartIsPassedOnUnchanged() {
        byte[] line = bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session/new\",\"params\":{\"cwd\":\"/\"," + MANY_DIGITS
                        + "}}");
        Envelope.Request request = (Envelope.Request) EnvelopeReader.read(line);
        assertThat(memory.asked(request, line)).isSameAs(line);
        memory.answered(request, new Envelope.Response("1", false, "s"),
                bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"sessionId\":\"s\"}}"));
        assertThat(memory.sessions()).isEmpty();
    }

    @Test
    void anAnswerThatCannotBeTakenApartSaysNothingOfCapabilities() {
        byte[] line = bytes(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":1}}");
        Envelope.Request request = (Envelope.Request) EnvelopeReader.read(line);
        memory.asked(request, line);
        memory.answered(request, new Envelope.Response("0", false, ""),
                bytes("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"agentCapabilities\":{\"loadSession\":true},"
                        + MANY_DIGITS
                        + "}}"));
        assertThat(memory.restoringMethod()).isEmpty();
        assertThat(memory.initialize()).isNotNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
