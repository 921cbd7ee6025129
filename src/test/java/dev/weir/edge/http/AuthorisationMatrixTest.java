package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.access.Grant;
import dev.weir.feature.interpreter.Sandbox;
import dev.weir.feature.run.RunKind;
import dev.weir.feature.run.RunOrder;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.webhook.Delivery;
import dev.weir.kernel.StageRef;
import dev.weir.fixture.Samples;
import dev.weir.kernel.Redacted;
import dev.weir.kernel.Role;
import dev.weir.kernel.TenantId;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may do what: every operation of the contract, by every kind of caller, against what the contract's own {@code x-weir-access} says. An
 * operation without it, or with one that is not known here, fails.
 */
class AuthorisationMatrixTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final StageRef STAGE = new StageRef(ACME, "echo", "prod");
    private static final RunId RUN = new RunId("run_1");
    private static final String UPLOAD = "up_1";
    private static final String DELIVERY = "msg_run_1";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** Bodies that are fine as far as the right to send them goes. */
    private static final Map<String, String> BODIES = Map.of(
            "confirmDeployment", "{\"upload_id\":\"up_1\",\"version\":\"2.0.0\"}",
            "putSecret", "{\"value\":\"x\"}", "writeSandboxFile", "x");

    /** Operations with an id in the path that makes what is not there. */
    private static final Set<String> MAKERS = Set.of("putSecret");

    private static ApiFixture api;
    private static List<Operation> operations;

    /** The columns of the matrix. */
    private enum Who {
        ANONYMOUS, STRANGER, UNGRANTED, GRANTED, WILDCARD, OWNER
    }

    private record Operation(String id, String method, String template, String access) {
        boolean isAboutSomething() {
            return template.contains("{") || id.equals("openAcp");
        }

        String path(Map<String, String> ids) {
            String path = template;
            for (Map.Entry<String, String> id : ids.entrySet()) {
                path = path.replace("{" + id.getKey() + "}", id.getValue());
            }
            return path + (id.equals("openAcp")
                    ? "?agent=" + ids.get("agent")
                    : id.endsWith("SandboxFile") ? "?path=a" : "");
        }
    }

    @BeforeAll
    static void start() throws IOException {
        api = new ApiFixture();
        operations = operations();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void everyOperationAnswersEveryCallerAsTheContractSays() throws IOException {
        List<String> surprises = new ArrayList<>();
        for (Operation operation : operations) {
            for (Who who : Who.values()) {
                seed();
                int status = status(operation, who, present());
                String expected = expected(operation, who);
                if (!matches(expected, status)) {
                    surprises.add(operation.id() + " by " + who + ": " + status + " instead of " + expected);
                }
            }
        }
        assertThat(surprises).isEmpty();
        assertThat(operations).hasSizeGreaterThan(35);
    }

    @Test
    void whatIsForeignLooksAsIfItWereNotThere() {
        List<String> compared = new ArrayList<>();
        for (Operation operation : operations) {
            boolean judgedById = Set.of("owner", "member", "run", "invoke", "agent", "sandbox", "sandbox-seen")
                    .contains(operation.access());
            if (judgedById && operation.isAboutSomething() && !MAKERS.contains(operation.id())
                    && !operation.id().equals("openSocket")) {
                seed();
                Answer foreign = call(operation, api.stranger, present());
                Answer missing = call(operation, api.stranger, absent());
                assertThat(foreign.status()).as(operation.id()).isEqualTo(404);
                assertThat(foreign.response().body()).as(operation.id()).isEqualTo(missing.response().body());
                compared.add(operation.id());
            }
        }
        assertThat(compared).contains("findSkill", "invoke", "findRun", "findSecret", "findGrant", "checkInvocation");
    }

    @Test
    void whatTheOwnerMayNotSeeOfOthersIsNeverChanged() {
        seed();
        for (Operation operation : operations) {
            if (operation.isAboutSomething() && Set.of("owner", "member", "run").contains(operation.access())
                    && !operation.id().equals("openSocket")) {
                call(operation, api.stranger, present());
            }
        }
        assertThat(await(api.catalog.stage(STAGE))).isPresent();
        assertThat(await(api.runs.find(RUN)).orElseThrow().cancelledBy()).isEmpty();
        assertThat(await(api.grants.find(ACME, "g_plain"))).isPresent();
        assertThat(await(api.secrets.reveal(ACME, "db")).orElseThrow().reveal()).isEqualTo("v");
    }

    private static String expected(Operation operation, Who who) {
        boolean secured = !Set.of("public", "signature").contains(operation.access());
        if (secured && who == Who.ANONYMOUS) {
            return "401";
        }
        if (secured && who == Who.STRANGER && operation.isAboutSomething() && !MAKERS.contains(operation.id())) {
            return "404";
        }
        boolean developer = Set.of(Who.UNGRANTED, Who.GRANTED, Who.WILDCARD).contains(who);
        return switch (operation.access()) {
            case "public", "member" -> "allowed";
            case "signature" -> "403";
            case "owner" -> developer ? "403" : "allowed";
            case "interpret", "sandbox-seen" ->
                Set.of(Who.GRANTED, Who.OWNER, Who.STRANGER).contains(who) ? "allowed" : "403";
            case "sandbox" -> who == Who.GRANTED ? "allowed" : "403";
            case "invoke", "agent" -> who == Who.UNGRANTED ? "403" : "allowed";
            case "run" -> who == Who.GRANTED || who == Who.OWNER ? "allowed" : "404"; // GRANTED invoked it
            default -> throw new AssertionError(operation.id() + " has no x-weir-access that is known");
        };
    }

    private static boolean matches(String expected, int status) {
        return expected.equals("allowed")
                ? status < 500 && !Set.of(401, 403, 404).contains(status)
                : expected.equals(Integer.toString(status));
    }

    private static int status(Operation operation, Who who, Map<String, String> ids) throws IOException {
        return operation.id().equals("openSocket")
                ? upgrade(key(who), operation.path(ids))
                : call(operation, key(who), ids).status();
    }

    private static Answer call(Operation operation, String key, Map<String, String> ids) {
        String body = operation.method().equals("GET") ? "" : BODIES.getOrDefault(operation.id(), "{}");
        return api.send(operation.method(), key, operation.path(ids), body);
    }

    private static int upgrade(String key, String path) throws IOException {
        String credential = key == null ? "" : "Authorization: Bearer " + key + "\r\n";
        try (Socket socket = api.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + credential
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: weir.run.v1\r\n\r\n")) {
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(line.split(" ", 3)[1]);
        }
    }

    private static String key(Who who) {
        return switch (who) {
            case ANONYMOUS -> null;
            case STRANGER -> api.stranger;
            case UNGRANTED -> api.developer;
            case GRANTED -> api.key("acme", "gwen", Role.DEVELOPER);
            case WILDCARD -> api.key("acme", "wanda", Role.DEVELOPER);
            case OWNER -> api.owner;
        };
    }

    private static Map<String, String> present() {
        return Map.ofEntries(Map.entry("skill", "echo"), Map.entry("stage", "prod"), Map.entry("upload_id", UPLOAD),
                Map.entry("version", "1.0.0"), Map.entry("run_id", RUN.value()), Map.entry("key_id", "key_1"),
                Map.entry("grant_id", "g_plain"), Map.entry("secret_id", "db"),
                Map.entry("digest", "c".repeat(64)), Map.entry("delivery_id", DELIVERY), Map.entry("agent", "demo"),
                Map.entry("shell_id", "one"), Map.entry("session_id", "sbx_1"));
    }

    private static Map<String, String> absent() {
        return Map.ofEntries(Map.entry("skill", "nothing"), Map.entry("stage", "nothing"),
                Map.entry("upload_id", "nothing"), Map.entry("version", "9"), Map.entry("run_id", "nothing"),
                Map.entry("key_id", "nothing"), Map.entry("grant_id", "nothing"), Map.entry("secret_id", "nothing"),
                Map.entry("digest", "d".repeat(64)), Map.entry("delivery_id", "nothing"),
                Map.entry("agent", "nothing"), Map.entry("shell_id", "one"), Map.entry("session_id", "nothing"));
    }

    /** Everything an id in a path may name, as it was before the call before did away with it. */
    private static void seed() {
        Instant now = Instant.now();
        Samples.stage(api.catalog, STAGE, now);
        await(api.catalog.put(new Stage(STAGE, Samples.automated(), Optional.empty(), now, now)));
        await(api.deliveries.add(new Delivery(DELIVERY, Samples.automated().webhook().orElseThrow().endpoint(STAGE),
                Optional.of(RUN), "run.succeeded", Buffer.buffer("{}"), Delivery.State.PENDING, 0, now, now,
                Optional.empty()), false));
        await(api.catalog.deploy(Samples.deployment(STAGE, "1.0.0", now), Optional.empty()));
        await(api.uploads.add(Samples.upload(STAGE, UPLOAD, now)));
        if (await(api.runs.find(RUN)).isEmpty()) {
            await(api.runs.create(RUN,
                    new RunOrder(RunKind.HANDLER, STAGE, "1.0.0", "api", "gwen", "{}", Duration.ofSeconds(9), 1,
                            RunQueue.Line.SHORT, now),
                    Optional.empty()));
        }
        for (Grant grant : List.of(
                new Grant("g_plain", ACME, "gwen", List.of("echo", "code-interpreter"), List.of("demo"), now),
                new Grant("g_wild", ACME, "wanda", List.of("*"), List.of("*"), now),
                new Grant("g_other", ACME, "dora", List.of("Echo", "other"), List.of("Demo", "both"), now),
                new Grant("g_foreign", new TenantId("rival"), "dora", List.of("*"), now))) {
            if (await(api.grants.find(grant.tenant(), grant.id())).isEmpty()) {
                await(api.grants.add(grant));
            }
        }
        await(api.secrets.put(new SecretStore.Entry(ACME, "db", new Redacted("v"), "olga", now)));
        await(api.secrets.delete(new TenantId("rival"), "db")); // made by the call that may
        await(api.sandboxes.remove(ACME, "sbx_1"));
        String session = await(api.box.start(Optional.empty(), Duration.ofMinutes(1))).id();
        await(api.sandboxes.add(new Sandbox("sbx_1", ACME, "gwen", "one", "default-public", Optional.of(session), now,
                now.plusSeconds(60)), 100, now));
        api.spareKey("key_1");
        await(api.queue.lease(100, now, now.plusSeconds(60)))
                .forEach(each -> await(api.queue.acknowledge(each.receipt())));
    }

    private static List<Operation> operations() throws IOException {
        List<Operation> operations = new ArrayList<>();
        try (InputStream file = AuthorisationMatrixTest.class.getResourceAsStream("/openapi.yaml")) {
            JsonNode contract = new YAMLMapper().readTree(file);
            contract.get("paths").properties().forEach(path -> path.getValue().properties().stream()
                    .filter(each -> METHODS.contains(each.getKey()))
                    .forEach(each -> operations.add(new Operation(each.getValue().path("operationId").asText(),
                            each.getKey().toUpperCase(Locale.ROOT), path.getKey(),
                            each.getValue().path("x-weir-access").asText()))));
        }
        return operations;
    }
}
