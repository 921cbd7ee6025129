package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fixture.EventProbe.Seen;
import java.util.List;
import java.util.stream.IntStream;

/** What must be true of every run's stream. */
final class Streams {
    private Streams() {}

    /** From {@code attempt-1} on without gap or repetition, begun by the start, ended by {@code end} and only by that. */
    static void assertWhole(List<Seen> events, int attempt, String end) {
        assertThat(events).extracting(Seen::id)
                .isEqualTo(IntStream.rangeClosed(1, events.size()).mapToObj(n -> attempt + "-" + n).toList());
        assertThat(events.getFirst().type()).isEqualTo("run.started");
        assertThat(events.getLast().type()).isEqualTo(end);
        assertThat(events.subList(1, events.size() - 1)).extracting(Seen::type)
                .isSubsetOf("run.output", "run.message");
    }

    /** The data of every {@code run.message}, in order. */
    static List<String> messages(List<Seen> events) {
        return events.stream().filter(event -> event.type().equals("run.message")).map(Seen::data).toList();
    }
}
