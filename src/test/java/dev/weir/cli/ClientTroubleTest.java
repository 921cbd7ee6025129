package dev.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.client.FakeGateway;
import dev.weir.config.ConfigException;
import dev.weir.config.ConfigProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever answers, a command ends, says why in words, and with {@code --json} in exactly one value. */
class ClientTroubleTest {
    private final CountDownLatch over = new CountDownLatch(1);
    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        over.countDown();
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"200|<html>|8|is no gateway", "200|[]|8|is no gateway",
        "200||8|is no gateway", "200|{} {}|8|is no gateway", "204||8|is no gateway", "200|\"x\"|8|is no gateway",
        "502|<html>|7|answered 502", "504||7|answered 504", "503|<html>|8|answered 503", "404|nginx|4|answered 404",
        "500|{\"detail\":\"quote incident 1\",\"incident\":\"1\"}|1|quote incident 1",
        "403|{\"detail\":\"owners only\"}|3|owners only", "401|[1]|3|WEIR_KEY", "429|{\"detail\":7}|6|7",
        "409|{\"detail\":\"no\",\"errors\":[{\"pointer\":\"/a\",\"message\":\"bad\"}]}|5|/a bad",
        "302||8|redirect", "307|{}|8|redirect", "418|{\"errors\":3}|1|answered 418"})
    void everyAnswerHasItsCodeAndItsWords(int status, String body, int code, String words) throws IOException {
        gateway.on("*", exchange -> {
            exchange.getResponseHeaders().set("Location", gateway.url() + "/elsewhere");
            FakeGateway.send(exchange, status, "text/html", body == null ? "" : body);
        });
        ClientRun plain = skill("list");
        assertThat(plain.code()).as(plain.err()).isEqualTo(code);
        assertThat(plain.err()).contains(words);
        assertThat(plain.out()).isEmpty();
        ClientRun json = skill("list", "--json");
        assertThat(json.code()).isEqualTo(code);
        assertThat(json.json().path("error").path("detail").asText()).isNotBlank();
        assertThat(json.err()).isEmpty();
        assertThat(gateway.asked()).as("no redirect is followed").hasSize(2);
    }

    @Test
    void tooMuchIsNotRead() throws IOException {
        byte[] block = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        gateway.on("*", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(block);
            }
        });
        ClientRun run = skill("list", "--json");
        assertThat(run.code()).isEqualTo(8);
        assertThat(run.json().path("error").path("detail").asText()).contains("more than 67108864 bytes");
    }

    @Test
    void nestingDoesNotOverflowTheStack() throws IOException {
        gateway.on("*", exchange -> FakeGateway.send(exchange, 200, "application/json", "[".repeat(1_000_000)));
        assertThat(skill("list", "--json").json().path("error").path("detail").asText()).contains("no gateway");
    }

    @Test
    void anAnswerThatNeverEndsIsNotWaitedFor() throws IOException {
        gateway.on("*", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                over.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        ClientRun run = skill("list", "--timeout", "1", "--json");
        assertThat(run.code()).isEqualTo(8);
        assertThat(run.json().path("error").path("detail").asText()).contains("did not answer within 1 s");
        assertThat(skill("list", "--timeout", "0").code()).isEqualTo(2);
    }

    @Test
    void aConnectionThatBreaksIsSaid() {
        gateway.on("*", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            throw new IOException("broken on purpose");
        });
        assertThat(skill("list").err()).contains("broke");
        gateway.close();
        ClientRun down = skill("list");
        assertThat(down.code()).isEqualTo(8);
        assertThat(down.err()).contains("nothing listens", "weir serve");
    }

    @Test
    void idsThatAGatewayMakesUpDoNotSteerTheNextRequest() {
        gateway.on("POST /v1/skills/x/stages/dev/runs", 202, "{\"run_id\":\"../../v1/secrets\"}");
        ClientRun run = skill("invoke", "x", "--follow");
        assertThat(run.code()).isEqualTo(8);
        assertThat(gateway.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs bad!id", "logs x --after y", "invoke x --input {", "invoke x --input @/nowhere",
        "invoke x --input {}{}", "invoke x --wait 61", "invoke x --idempotency-key \u00fc", "invoke ../x",
        "invoke x --stage a/b", "push /nowhere", "check /nowhere", "list everything", "list --sever x",
        "list --server ftp://x", "deploy x", "cancel"})
    void wrongUsageIsSaidWithoutAskingAnybody(String line) throws IOException {
        ClientRun plain = skill(line.split(" "));
        assertThat(plain.code()).as(plain.err()).isEqualTo(2);
        assertThat(plain.out()).isEmpty();
        assertThat(plain.err()).isNotBlank();
        ClientRun json = skill((line + " --json").split(" "));
        assertThat(json.code()).isEqualTo(2);
        assertThat(json.json().path("error").path("detail").asText()).isNotBlank();
        assertThat(gateway.asked()).isEmpty();
    }

    @Test
    void usageAndOurOwnFaultsAreOneValueToo() throws IOException {
        assertThat(skill("list", "--sever=x", "--json").json().path("error").path("detail").asText())
                .contains("--sever");
        ClientRun fault = ClientRun.of(gateway.url(), (_, _) -> {
            throw new IllegalStateException("wk_secret");
        }, "skill", "check", "src/main/dist/samples/countdown", "--json");
        assertThat(fault.code()).isEqualTo(1);
        assertThat(fault.json().path("error").path("detail").asText()).contains("incident");
        ClientRun config = ClientRun.of(gateway.url(), (_, _) -> {
            throw new ConfigException(List.of(new ConfigProblem("a", "WEIR_A", "sets nothing")));
        }, "skill", "check", "src/main/dist/samples/countdown", "--json");
        assertThat(config.code()).isEqualTo(2);
        assertThat(config.json().path("error").path("detail").asText()).contains("WEIR_A: a sets nothing");
    }

    private ClientRun skill(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "skill";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ClientRun.of(gateway.url(), all);
    }
}
