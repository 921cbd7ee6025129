package dev.weir.wire.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.wire.runner.GatewayFrame.Ack;
import dev.weir.wire.runner.GatewayFrame.Attach;
import dev.weir.wire.runner.GatewayFrame.Cancel;
import dev.weir.wire.runner.GatewayFrame.Start;
import dev.weir.wire.runner.RunnerFrame.Attached;
import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Event;
import dev.weir.wire.runner.RunnerFrame.Events;
import dev.weir.wire.runner.RunnerFrame.Failed;
import dev.weir.wire.runner.RunnerFrame.Hello;
import dev.weir.wire.runner.RunnerFrame.Message;
import dev.weir.wire.runner.RunnerFrame.Output;
import dev.weir.wire.runner.RunnerFrame.Refused;
import dev.weir.wire.runner.RunnerFrame.Succeeded;
import dev.weir.wire.runner.RunnerFrame.TimedOut;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
    private static final JsonNode VALUE = JsonNodeFactory.instance.objectNode()
            .put("text", "\uD83D\uDE00 \u20ac \"\n")
            .put("exact", new BigDecimal("0.10000000000000000000000001"))
            .put("none", (String) null);

    static Stream<GatewayFrame> gatewayFrames() {
        Start start = new Start("d1", "main:handler", VALUE, Map.of("A", "b", "EMPTY", ""), 1000, 50);
        return Stream.of(new Ack(0), new Ack(Long.MAX_VALUE), new Cancel(),
                new Attach("r", 1, 7, 42, "http://x/y", Optional.empty()),
                new Attach("r", Integer.MAX_VALUE, Long.MAX_VALUE, 0, "", Optional.of(start)));
    }

    static Stream<RunnerFrame> runnerFrames() {
        List<Event> events = List.of(new Output("stderr", "a\u0000b\n"), new Message(VALUE),
                new Message(JsonNodeFactory.instance.nullNode()), new Succeeded(VALUE),
                new Failed("handler_error", "x"),
                new Cancelled(), new TimedOut());
        return Stream.of(new Hello("b"), new Attached(true, 9), new Attached(false, 0), new Refused("why"),
                new Events(3, events), new Events(1, List.of()));
    }

    @ParameterizedTest
    @MethodSource("gatewayFrames")
    void gatewayFrameSurvives(GatewayFrame frame) {
        assertThat(FrameCodec.decodeGatewayFrame(FrameCodec.encode(frame))).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("runnerFrames")
    void runnerFrameSurvives(RunnerFrame frame) {
        assertThat(FrameCodec.decodeRunnerFrame(FrameCodec.encode(frame))).isEqualTo(frame);
    }

    @Test
    void eventsEncodedOneByOneMakeTheSameFrame() {
        List<Event> events = List.of(new Output("stdout", "a"), new Message(VALUE));
        List<String> encoded = events.stream().map(event -> FrameCodec.tree(event).toString()).toList();
        String frame = FrameCodec.events(Long.MAX_VALUE, encoded);
        assertThat(frame).isEqualTo(FrameCodec.encode(new Events(Long.MAX_VALUE, events)));
        assertThat(frame.length() - String.join(",", encoded).length()).isLessThanOrEqualTo(FrameCodec.EVENTS_OVERHEAD);
    }

    @Test
    void numbersKeepTheirForm() {
        String frame = "{\"type\":\"events\",\"first\":1,\"events\":[{\"kind\":\"message\",\"value\":[1.0,1,0.10,1E+400]}]}";
        assertThat(FrameCodec.encode(FrameCodec.decodeRunnerFrame(frame))).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "1", "[]", "{", "{}", "{} {}", "{\"type\":1}", "{\"type\":\"hello\"}",
        "{\"type\":\"ack\"}", "{\"type\":\"ack\",\"n\":1.5}", "{\"type\":\"ack\",\"n\":1e1000000000}",
        "{\"type\":\"ack\",\"n\":99999999999999999999}", "{\"type\":\"ack\",\"n\":1}{}",
        "{\"type\":\"attach\",\"run\":\"r\",\"attempt\":4294967297,\"fence\":1,\"after\":0,\"package_url\":\"u\"}",
        "{\"type\":\"attach\",\"run\":\"r\",\"attempt\":1,\"fence\":1,\"after\":0,\"package_url\":\"u\",\"start\":null}",
        "{\"type\":\"events\",\"first\":1}", "{\"type\":\"events\",\"first\":1,\"events\":{}}",
        "{\"type\":\"events\",\"first\":1,\"events\":[1]}", "{\"type\":\"attached\",\"known\":\"yes\",\"last\":1}"})
    void whatIsNoFrameIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> FrameCodec.decodeGatewayFrame(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a frame of the runner protocol").hasNoCause();
        assertThatThrownBy(() -> FrameCodec.decodeRunnerFrame(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a frame of the runner protocol").hasNoCause();
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> FrameCodec.decodeGatewayFrame(deep)).isInstanceOf(IllegalArgumentException.class);
    }
}
