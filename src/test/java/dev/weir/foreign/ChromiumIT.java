package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two browsers, with their own EventSource and WebSocket, read one run while the gateway is killed, and later restarted in order. */
class ChromiumIT {
    private static final int GREETINGS = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PAGE = """
            <!doctype html>
            <script>
              const asked = new URLSearchParams(location.search);
              const name = asked.get('page');
              const run = '/v1/runs/' + asked.get('run');
              const ticket = 'ticket=' + encodeURIComponent(asked.get('ticket'));
              let telling = Promise.resolve();
              function tell(reader, what) {
                const body = JSON.stringify({reader, ...what});
                telling = telling.then(() => fetch('/told', {method: 'POST', body}));
              }
              const types = ['run.started', 'run.output', 'run.message', 'run.succeeded', 'run.failed',
                             'run.cancelled', 'run.timed_out', 'run.throttled', 'stream.reset'];
              function source() {
                const events = new EventSource(run + '/events?page=' + name + '&' + ticket);
                for (const type of types) {
                  events.addEventListener(type, e => tell(name, {id: e.lastEventId, type, data: JSON.parse(e.data)}));
                }
                events.onerror = () => {
                  if (events.readyState === EventSource.CLOSED) tell(name, {type: 'closed'});
                };
              }
              let last = null;
              function socket() {
                const ws = new WebSocket('ws://' + location.host + run + '/socket?' + ticket
                                         + (last ? '&after=' + last : ''), 'weir.run.v1');
                ws.onmessage = e => {
                  const message = JSON.parse(e.data);
                  if (message.id) {
                    last = message.id;
                    tell(name + '-socket', {id: message.id, type: message.event, data: message.data});
                  }
                };
                ws.onclose = e => {
                  if (e.code === 1000) tell(name + '-socket', {type: 'closed', protocol: ws.protocol});
                  else setTimeout(socket, 200);
                };
              }
              source();
              if (asked.has('socket')) socket();
            </script>
            """;

    @TempDir
    private Path directory;

    @Test
    void browsersReadARunOnceAndInOrderAcrossAKilledAndARestartedGateway() throws Exception {
        Optional<Path> chromium = Chromium.program();
        assumeTrue(chromium.isPresent(), "no chromium, chromium-browser or google-chrome on the PATH");
        AtomicReference<URI> address = new AtomicReference<>();
        try (RunningGateway gateway = new RunningGateway(Files.createDirectory(directory.resolve("data")));
                BrowserFront front = new BrowserFront(PAGE, address::get)) {
            address.set(gateway.api(""));
            String run = gateway.call(202, "POST", "/v1/skills/hello-stream/stages/prod/runs", new JsonObject()
                    .put("name", "browser").put("count", GREETINGS).put("delay_ms", 200).encode())
                    .getString("run_id");
            String ticket = gateway.call(201, "POST", "/v1/runs/" + run + "/tickets", "").getString("ticket");
            String query = "&run=" + run + "&ticket=" + ticket;
            try (Chromium one = new Chromium(chromium.get(), directory.resolve("one"),
                    front.url("/page?page=one&socket=yes" + query));
                    Chromium two = new Chromium(chromium.get(), directory.resolve("two"),
                            front.url("/page?page=two" + query))) {
                assertThat(List.of(one, two)).hasSize(2);
                List<String> readers = List.of("one", "two", "one-socket");
                readers.forEach(reader -> await().atMost(PATIENCE).until(() -> ids(front, reader).size() >= 3));

                gateway.kill();
                gateway.start();
                address.set(gateway.api(""));
                readers.forEach(reader -> await().atMost(PATIENCE).until(() -> ids(front, reader).size() >= 25));

                gateway.stop();
                gateway.start();
                address.set(gateway.api(""));

                readers.forEach(reader -> await().atMost(PATIENCE).untilAsserted(
                        () -> assertThat(front.told(reader)).extracting(told -> told.getString("type"))
                                .endsWith("run.succeeded", "closed")));
                readers.forEach(reader -> assertThat(ids(front, reader)).as(reader).isEqualTo(expected()));
            }
            assertThat(gateway.call(200, "GET", "/v1/runs/" + run, "").getString("status")).isEqualTo("succeeded");
            for (String page : List.of("one", "two")) {
                assertThat(front.answers(page)).hasSizeGreaterThanOrEqualTo(3).endsWith(200, 204)
                        .containsOnlyOnce(204);
            }
            assertThat(front.told("one-socket").getLast().getString("protocol")).isEqualTo("weir.run.v1");
        }
    }

    private static List<String> ids(BrowserFront front, String reader) {
        return front.told(reader).stream().map(told -> told.getString("id")).filter(Objects::nonNull).toList();
    }

    /** The start, the greetings, the end. */
    private static List<String> expected() {
        return IntStream.rangeClosed(1, GREETINGS + 2).mapToObj(n -> "1-" + n).toList();
    }
}
