package dev.weir.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.fixture.GatewayProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of another origin, in a real browser, has a terminal in an agent's microVM, if the agent's configuration lets its origin. */
class BrowserTerminalIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Types a line, waits for what it prints, leaves, comes back, and asks the shell what it remembers. */
    private static final String PAGE = """
            <!doctype html>
            <script>
              const asked = new URLSearchParams(location.search);
              const reader = asked.get('reader');
              const tell = what => fetch('/told', {method: 'POST', body: JSON.stringify({reader, ...what})});
              function terminal(line, sign, then) {
                const ws = new WebSocket(asked.get('terminal'));
                ws.binaryType = 'arraybuffer';
                let shown = '', open = false;
                ws.onopen = () => {
                  open = true;
                  ws.send(new Uint8Array([4, ...new TextEncoder().encode('{"width":111,"height":33}')]));
                  ws.send(new Uint8Array([0, ...new TextEncoder().encode(line + '\\n')]));
                };
                ws.onmessage = e => {
                  const bytes = new Uint8Array(e.data);
                  if (bytes[0] === 1) shown += new TextDecoder().decode(bytes.slice(1));
                  if (shown.includes(sign)) { ws.onmessage = null; ws.close(1000); }
                };
                ws.onclose = e => tell({open, found: shown.includes(sign)}).then(then);
              }
              terminal('stty size; keep=sa; echo done-$((40+2))', 'done-42',
                () => asked.has('once') || terminal('echo for-${keep}ke', 'for-sake', () => {}));
            </script>
            """;

    @TempDir
    private Path directory;

    @Test
    void aPageHasATerminalAndFindsItAgain() throws Exception {
        Optional<Path> chromium = Chromium.program();
        assumeTrue(chromium.isPresent(), "no chromium, chromium-browser or google-chrome on the PATH");
        try (BrowserFront front = new BrowserFront(PAGE, () -> URI.create("http://127.0.0.1:1"));
                GatewayProcess gateway = new GatewayProcess(directory.resolve("data"),
                        "agents.demo.shell-command=true", "agents.demo.origins=" + front.url("")).start()) {
            String ticket = gateway.api().post("/v1/agents/demo/tickets", "").expect(201).path("ticket").asText();
            String terminal = gateway.api().base().replaceFirst("^http", "ws")
                    + "/v1/agents/demo/shells/web/socket?ticket=" + ticket;
            String query = "&terminal=" + URLEncoder.encode(terminal, StandardCharsets.UTF_8);
            try (Chromium page = new Chromium(chromium.get(), directory.resolve("one"),
                    front.url("/page?reader=own" + query));
                    Chromium other = new Chromium(chromium.get(), directory.resolve("two"),
                            front.url("/page?reader=other&once=1" + query).replace("127.0.0.1", "localhost"))) {
                assertThat(List.of(page, other)).hasSize(2);
                await().atMost(PATIENCE).until(() -> front.told("own").size() == 2 && front.told("other").size() == 1);
            }
            assertThat(front.told("own")).extracting(told -> told.getBoolean("found")).containsExactly(true, true);
            assertThat(front.told("other")).extracting(JsonObject::encode).containsExactly(
                    "{\"reader\":\"other\",\"open\":false,\"found\":false}");
        }
    }
}
