package dev.weir.wire.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.wire.runner.RunnerFrame.Cancelled;
import dev.weir.wire.runner.RunnerFrame.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetainedEventsTest {
    private final RetainedEvents events = new RetainedEvents(1_000_000);

    @Test
    void outputNobodyReadGrowsAndOutputSomebodyReadDoesNot() throws InterruptedException {
        events.appendOutput("stdout", "a");
        events.appendOutput("stdout", "b");
        assertThat(events.read(0, 1000).encoded()).containsExactly(output("stdout", "ab"));
        events.appendOutput("stdout", "c");
        events.appendOutput("stderr", "d");
        events.appendOutput("stderr", "e");
        assertThat(events.read(1, 1000).encoded()).containsExactly(output("stdout", "c"), output("stderr", "de"));
        assertThat(events.last()).isEqualTo(3);
    }

    @Test
    void batchHoldsAsManyAsFitAndAtLeastOne() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            events.append(new Message(json("\"" + "x".repeat(100) + "\"")));
        }
        assertThat(events.read(0, 10).encoded()).hasSize(1);
        RetainedEvents.Batch batch = events.read(1, 300);
        assertThat(batch.encoded()).hasSize(2);
        assertThat(batch.first()).isEqualTo(2);
        assertThat(batch.end()).isEqualTo(3);
        assertThat(batch.last()).isFalse();
        events.finish(new Cancelled());
        assertThat(events.read(3, 100_000).last()).isTrue();
        assertThat(events.read(6, 100_000).encoded()).isEmpty();
    }

    @Test
    void acknowledgedEventsAreReleasedAndThoseToComeRefused() throws InterruptedException {
        events.append(new Message(json("1")));
        events.append(new Message(json("2")));
        assertThat(events.acknowledge(3)).isFalse();
        assertThat(events.acknowledge(1)).isTrue();
        assertThat(events.acknowledge(1)).isTrue();
        assertThat(events.first()).isEqualTo(2);
        events.finish(new Cancelled());
        assertThat(events.isDone()).isFalse();
        assertThat(events.acknowledge(3)).isTrue();
        assertThat(events.isDone()).isTrue();
        assertThat(events.last()).isEqualTo(3);
    }

    @Test
    void textComesOutAsItWentInInPiecesThatFitAMessage() throws InterruptedException {
        RetainedEvents small = new RetainedEvents(10_000_000);
        String text = ("line \u0001\u0002 \"quoted\" \u20ac \uD83D\uDE00".repeat(40) + "\n").repeat(200);
        AtomicLong calls = new AtomicLong();
        small.onAppend(calls::incrementAndGet);
        small.appendOutput("stdout", text);
        List<String> pieces = new ArrayList<>(small.read(0, Integer.MAX_VALUE).encoded());
        assertThat(String.join("", pieces.stream().map(piece -> json(piece).get("text").textValue()).toList()))
                .isEqualTo(text);
        assertThat(pieces).allMatch(piece -> piece.getBytes(StandardCharsets.UTF_8).length < 32 * 1024 - 64)
                .allMatch(piece -> json(piece).get("text").textValue().endsWith("\n"));
        assertThat(calls).hasValue(pieces.size());
    }

    /** A connection takes so many messages a second, and one large event fills one: what is not in it is lost. */
    @Test
    void linesThatComeInAnyPiecesFillTheirEvents() throws InterruptedException {
        RetainedEvents large = new RetainedEvents(64 * OutputText.MAX_BYTES);
        Random random = new Random(7);
        int lines = 0;
        while (lines < 15_000) {
            int some = random.nextInt(1, 600);
            large.appendOutput("stdout", ("x".repeat(99) + "\n").repeat(some));
            lines += some;
        }
        assertThat(lines * 101L / large.last()).isGreaterThan(OutputText.MAX_BYTES * 9 / 10);
    }

    @Test
    void deadHandlersLeftoversAreTakenButNotWithoutEnd() throws InterruptedException {
        RetainedEvents full = new RetainedEvents(1_000);
        full.appendOutput("stdout", "x".repeat(1_000));
        full.relax();
        for (int i = 0; i < 100; i++) {
            full.appendOutput("stdout", "y".repeat(100_000));
        }
        full.finish(new Cancelled());
        long kept = full.read(0, Integer.MAX_VALUE).encoded().stream().mapToLong(String::length).sum();
        assertThat(kept).isBetween(4_000_000L, 5_000_000L);
    }

    private static String output(String stream, String text) {
        return "{\"kind\":\"output\",\"stream\":\"" + stream + "\",\"text\":\"" + text + "\"}";
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
