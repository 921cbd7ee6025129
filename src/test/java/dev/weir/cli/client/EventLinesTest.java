package dev.weir.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.client.EventLines.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLinesTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void linesEndInEachWay(String end) throws IOException {
        String text = "retry: 1\n\n: comment\n\nid: 1-1\nevent: a\ndata:{\"x\":\ndata: 1}\n\nevent: b\ndata: 2\n\n";
        List<Event> events = read(text.replace("\n", end));
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().id()).isEqualTo("1-1");
        assertThat(events.getFirst().data()).hasToString("{\"x\":1}");
        assertThat(events.getLast().type()).isEqualTo("b");
        assertThat(events.getLast().id()).isEmpty();
    }

    @Test
    void anEventThatWasBrokenOffIsNone() throws IOException {
        assertThat(read("id: 1-1\ndata: {}\n")).isEmpty();
        assertThat(read("")).isEmpty();
    }

    @Test
    void textIsUtf8() throws IOException {
        assertThat(read("data: \"\u00fc\u20ac\ud83d\ude00\"\n\n").getFirst().data().asText())
                .isEqualTo("\u00fc\u20ac\ud83d\ude00");
    }

    private static List<Event> read(String text) throws IOException {
        EventLines lines = new EventLines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        List<Event> events = new ArrayList<>();
        for (var event = lines.next(); event.isPresent(); event = lines.next()) {
            events.add(event.get());
        }
        return events;
    }
}
