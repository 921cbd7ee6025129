package dev.weir.bench.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Guessing where events end must not change what is said about them. */
class SseReaderTest {
    private static final int SIZE = 80;
    private static final long NOW = 1_800_000_000_000_000_000L;

    @RepeatedTest(40)
    void guessesDoNotChangeTheVerdict(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] stream = stream(random);
        Tally.Counts slowly = read(stream, false, _ -> stream.length);
        assertThat(slowly.bad() + slowly.gaps() + slowly.repeats()).as("something is wrong with it").isPositive();
        assertThat(read(stream, true, _ -> stream.length)).isEqualTo(slowly);
        assertThat(read(stream, true, _ -> 1)).isEqualTo(slowly);
        assertThat(read(stream, true, _ -> 1 + random.nextInt(300))).isEqualTo(slowly);
    }

    private static byte[] stream(Random random) {
        List<String> events = new ArrayList<>();
        for (int n = 1; n <= 150; n++) {
            events.add("id: 1-" + n + "\nevent: run.message\ndata: {\"message\":" + payload(n) + "}\n\n");
        }
        for (int i = 0; i < 8; i++) {
            int at = random.nextInt(events.size() - 1);
            switch (random.nextInt(7)) {
                case 0 -> events.remove(at);
                case 1 -> events.add(at, events.get(at));
                case 2 -> events.add(at, events.remove(at + 1));
                case 3 -> events.set(at, events.get(at).replace("cde", ""));
                case 4 -> events.set(at, events.get(at).replace("cde", "cdd"));
                case 5 -> events.add(at, ": a comment\n\n");
                default -> events.set(at, events.get(at).replace("def", "\n\n"));
            }
        }
        events.remove(75);
        return String.join("", events).getBytes(StandardCharsets.US_ASCII);
    }

    private static String payload(long n) {
        ByteBuffer out = ByteBuffer.allocate(SIZE);
        new Payload(SIZE).write(out, n, NOW - n);
        return new String(out.array(), StandardCharsets.US_ASCII);
    }

    /** In pieces of so many bytes. */
    private static Tally.Counts read(byte[] stream, boolean guesses, IntUnaryOperator pieces) {
        Deliveries deliveries = new Deliveries(1);
        SseReader reader = new SseReader(new Payload(SIZE), deliveries, guesses);
        Subscriber subscriber = new Subscriber(0, false, null);
        byte[] work = new byte[stream.length];
        for (int at = 0; at < stream.length;) {
            int piece = Math.min(pieces.applyAsInt(at), stream.length - at);
            int end = subscriber.restore(work);
            System.arraycopy(stream, at, work, end, piece);
            int used = reader.read(subscriber, work, end + piece, NOW);
            subscriber.keep(work, used, end + piece);
            at += piece;
        }
        return deliveries.steady().counts();
    }
}
