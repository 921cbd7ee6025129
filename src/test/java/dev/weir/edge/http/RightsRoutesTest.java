package dev.weir.edge.http;

import static dev.weir.edge.http.ApiFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.http.ApiFixture.Answer;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.PackageMetadata;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grants, secrets, tools and checks over real HTTP. */
class RightsRoutesTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final String STAGE = "/v1/skills/echo/stages/prod";
    private static final String SCHEMA = "{\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        for (String skill : List.of("echo", "other")) {
            api.send("POST", api.owner, "/v1/skills", "{\"name\":\"" + skill + "\",\"description\":\"later\"}");
            api.send("PUT", api.owner, "/v1/skills/" + skill + "/stages/prod", "{}");
        }
        deploy("echo", "says it again", Optional.of(SCHEMA));
        deploy("other", "", Optional.empty());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aGrantLetsADeveloperInUntilItIsRevoked() {
        assertThat(invoke().status()).isEqualTo(403);
        Answer grant = grant("[\"echo\"]");
        assertThat(grant.status()).isEqualTo(201);
        assertThat(api.get(api.owner, grant.header("Location")).json()).isEqualTo(grant.json());
        assertThat(api.get(api.owner, "/v1/grants").json().getJsonArray("grants")).containsExactly(grant.json());
        assertThat(invoke().status()).isEqualTo(202);
        assertThat(api.send("POST", api.developer, "/v1/skills/other/stages/prod/runs", "{}").status()).isEqualTo(403);
        assertThat(api.delete(api.owner, grant.header("Location")).status()).isEqualTo(204);
        assertThat(invoke().status()).isEqualTo(403);
    }

    @Test
    void onlyListsOfIdsAndTheWildcardAreGrants() {
        for (String wrong : List.of("\"*\"", "[7]", "[\"a b\"]", "[\"**\"]", "{}", "[[\"*\"]]", "[null]", "[\"\"]")) {
            assertThat(grant(wrong).status()).as(wrong).isEqualTo(400);
        }
        for (String nothing : List.of("[]", "null", "[\"ECHO\"]")) {
            assertThat(grant(nothing).status()).as(nothing).isEqualTo(201);
            assertThat(invoke().status()).as(nothing).isEqualTo(403);
        }
        assertThat(grant("[\"*\",\"x\"]").status()).isEqualTo(201);
        assertThat(invoke().status()).isEqualTo(202);
    }

    @Test
    void developersPageThroughTheirOwnRunsOnly() {
        grant("[\"*\"]");
        invoke();
        api.send("POST", api.owner, STAGE + "/runs", "{\"n\":1}");
        invoke();
        JsonObject first = api.get(api.developer, "/v1/runs?limit=1").json();
        assertThat(first.getJsonArray("runs")).hasSize(1);
        JsonObject second = api.get(api.developer, "/v1/runs?limit=1&cursor=" + first.getString("next")).json();
        assertThat(second.getJsonArray("runs")).hasSize(1);
        assertThat(second.getString("next")).isNull();
        assertThat(api.get(api.developer, "/v1/runs?invoked_by=olga").json().getJsonArray("runs")).isEmpty();
        assertThat(api.get(api.owner, "/v1/runs?invoked_by=olga").json().getJsonArray("runs")).hasSize(1);
        assertThat(api.get(api.owner, "/v1/runs").json().getJsonArray("runs")).hasSize(3);
    }

    @Test
    void toolsAreWhatClaudeTakesAndTheCallerMayInvoke() {
        assertThat(tools(api.developer)).isEmpty();
        grant("[\"echo\"]");
        JsonArray tools = tools(api.developer);
        assertThat(tools).hasSize(1);
        JsonObject echo = tools.getJsonObject(0);
        assertThat(echo.fieldNames()).containsExactly("name", "description", "input_schema");
        assertThat(echo.getString("name")).isEqualTo("echo").matches("^[a-zA-Z0-9_-]{1,64}$");
        assertThat(echo.getString("description")).isEqualTo("says it again");
        assertThat(echo.getJsonObject("input_schema")).isEqualTo(new JsonObject(SCHEMA).put("type", "object"));
        assertThat(tools(api.owner)).hasSize(2);
        assertThat(tools(api.owner).getJsonObject(1).getJsonObject("input_schema"))
                .isEqualTo(new JsonObject().put("type", "object"));
        api.send("POST", api.owner, "/v1/skills", "{\"name\":\"spaced\"}");
        api.send("PUT", api.owner, "/v1/skills/spaced/stages/prod", "{}");
        deploy("spaced", "", Optional.of("{\"properties\":{\"my field\":{}}}"));
        assertThat(tools(api.owner)).as("one that Claude refuses spoils them all").hasSize(2);
        assertThat(api.get(api.owner, "/v1/tools?stage=dev").response().body()).isEqualTo("[]");
        assertThat(api.get(api.stranger, "/v1/tools").response().body()).isEqualTo("[]");
    }

    @Test
    void aSecretsValueNeverComesBack() {
        String value = "hunter2-never-shown";
        Answer made = api.send("POST", api.owner, "/v1/secrets",
                "{\"secret_id\":\"db\",\"value\":\"" + value + "\"}");
        assertThat(made.status()).isEqualTo(201);
        Answer again = api.send("POST", api.owner, "/v1/secrets",
                "{\"secret_id\":\"db\",\"value\":\"" + value + "\"}");
        assertThat(again.status()).isEqualTo(409);
        Answer next = api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":\"" + value + "2\"}");
        assertThat(next.json().getInteger("version")).isEqualTo(2);
        Answer wrong = api.send("PUT", api.owner, "/v1/secrets/db",
                "{\"value\":[\"" + value + "\"],\"more\":\"" + value + "\"}");
        assertThat(wrong.status()).isEqualTo(400);
        Answer broken = api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":\"" + value);
        Answer one = api.get(api.owner, "/v1/secrets/db");
        Answer all = api.get(api.owner, "/v1/secrets");
        for (Answer each : List.of(made, again, next, wrong, broken, one, all)) {
            assertThat(each.response().body() + each.response().headers()).doesNotContain(value);
        }
        assertThat(one.json().fieldNames()).doesNotContain("value");
        assertThat(all.json().getJsonArray("secrets")).containsExactly(one.json());
    }

    @Test
    void valuesHaveBounds() {
        for (String wrong : List.of("\"\"", "null", "7", "\"a\\u0000b\"")) {
            assertThat(api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":" + wrong + "}").status()).as(wrong)
                    .isEqualTo(400);
        }
        assertThat(api.send("PUT", api.owner, "/v1/secrets/db",
                "{\"value\":\"" + "x".repeat(70_000) + "\"}").status()).isEqualTo(413);
        assertThat(api.send("POST", api.owner, "/v1/secrets", "{\"secret_id\":\"../x\",\"value\":\"v\"}").status())
                .isEqualTo(400);
        assertThat(api.send("PUT", api.owner, "/v1/secrets/..%2Fx", "{\"value\":\"v\"}").status()).isEqualTo(400);
    }

    @Test
    void aStageHoldsOnlySecretsThatAreThereAndHoldsThemFast() {
        String refs = "{\"env\":{\"A\":\"1\"},\"secret_refs\":[{\"env\":\"DB\",\"secret_id\":\"db\"}]}";
        Answer missing = api.send("PUT", api.owner, STAGE, refs);
        assertThat(missing.status()).isEqualTo(400);
        assertThat(pointers(missing)).containsExactly("/secret_refs/0/secret_id");
        api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":\"v\"}");
        assertThat(api.send("PUT", api.owner, STAGE, refs).status()).isEqualTo(200);
        assertThat(api.get(api.owner, STAGE).json().getJsonArray("secret_refs"))
                .containsExactly(new JsonObject().put("env", "DB").put("secret_id", "db"));
        assertThat(api.get(api.developer, STAGE).json().fieldNames()).doesNotContain("secret_refs", "env");
        assertThat(api.get(api.owner, "/v1/secrets/db").json().getJsonArray("stages"))
                .containsExactly(new JsonObject().put("skill", "echo").put("stage", "prod"));

        Answer held = api.delete(api.owner, "/v1/secrets/db");
        assertThat(held.status()).isEqualTo(409);
        assertThat(held.json().getJsonArray("used_by")).containsExactly("echo/prod");
        api.send("PUT", api.owner, STAGE, "{}");
        assertThat(api.delete(api.owner, "/v1/secrets/db").status()).isEqualTo(204);
        assertThat(api.get(api.owner, "/v1/secrets/db").status()).isEqualTo(404);
    }

    @Test
    void aReferenceNamesEachVariableOnce() {
        api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":\"v\"}");
        Answer answer = api.send("PUT", api.owner, STAGE, """
                {"env":{"A":"1"},"secret_refs":[{"env":"A","secret_id":"db"},{"env":"B","secret_id":"db"},
                {"env":"B","secret_id":"db"},{"env":"A-B","secret_id":"d b","more":1},{}]}""");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(pointers(answer)).contains("/secret_refs/0/env", "/secret_refs/2/env", "/secret_refs/3/env",
                "/secret_refs/3/secret_id", "/secret_refs/3/more", "/secret_refs/4/env", "/secret_refs/4/secret_id");
        assertThat(pointers(answer)).doesNotContain("/secret_refs/1/env");
    }

    @Test
    void aCheckTellsTheWholeDecisionAndMakesNothing() {
        api.send("PUT", api.owner, "/v1/secrets/db", "{\"value\":\"v\"}");
        api.send("PUT", api.owner, STAGE, """
                {"size":"XL","env":{"AWS_REGION":"x","LEVEL":"3"},
                "secret_refs":[{"env":"DB","secret_id":"db"},{"env":"ld_audit","secret_id":"db"}]}""");
        JsonObject good = check(api.owner, "{\"n\":1}");
        assertThat(good.getBoolean("allowed")).isTrue();
        assertThat(good.getJsonArray("reasons")).isEmpty();
        assertThat(good.getString("queue")).isEqualTo("long");
        assertThat(good.getJsonObject("grant").getString("kind")).isEqualTo("owner");
        assertThat(good.getJsonObject("stage").getString("active_version")).isEqualTo("1.0.0");
        assertThat(good.getJsonArray("stripped_env")).containsExactly(
                new JsonObject().put("name", "AWS_REGION").put("rule", "prefix:AWS_"),
                new JsonObject().put("name", "ld_audit").put("rule", "prefix:LD_"));

        JsonObject wrong = check(api.owner, "{\"n\":\"secret-text\"}");
        assertThat(wrong.getBoolean("allowed")).isFalse();
        assertThat(wrong.getJsonArray("errors").getJsonObject(0).getString("pointer")).isEqualTo("/n");
        assertThat(wrong.encode()).doesNotContain("secret-text");

        await(api.secrets.delete(ACME, "db"));
        assertThat(check(api.owner, "{\"n\":1}").getJsonArray("missing_secrets")).containsExactly("db");
        assertThat(await(api.runs.list(ACME, RunStore.RunFilter.ALL, Optional.empty(), 10)).items()).isEmpty();
    }

    @Test
    void whoHasNoGrantLearnsNothingOfTheSchema() {
        JsonObject none = check(api.developer, "{\"n\":\"x\"}");
        assertThat(none.getBoolean("allowed")).isFalse();
        assertThat(none.getJsonArray("errors")).isEmpty();
        assertThat(none.getJsonObject("grant").getString("kind")).isEqualTo("none");
        String id = grant("[\"*\"]").json().getString("id");
        JsonObject granted = check(api.developer, "{\"n\":1}");
        assertThat(granted.getBoolean("allowed")).isTrue();
        assertThat(granted.getJsonObject("grant")).isEqualTo(new JsonObject().put("kind", "wildcard").put("id", id));
        api.send("PUT", api.owner, "/v1/skills/echo/stages/idle", "{}");
        JsonObject idle = api.send("POST", api.owner, "/v1/skills/echo/stages/idle/check", "{}").json();
        assertThat(idle.getJsonArray("reasons")).containsExactly("the stage has no active deployment");
        assertThat(api.send("POST", api.stranger, STAGE + "/check", "no").status()).isEqualTo(404);
        assertThat(api.send("POST", api.owner, STAGE + "/check", "no").status()).isEqualTo(400);
    }

    private void deploy(String skill, String description, Optional<String> schema) {
        await(api.catalog.deploy(new Deployment(new StageRef(ACME, skill, "prod"), "1.0.0", "up_1", "d".repeat(64),
                new PackageMetadata(description, schema, Optional.empty(), "main:handler", List.of()), "olga",
                Instant.EPOCH), Optional.empty()));
    }

    private Answer invoke() {
        return api.send("POST", api.developer, STAGE + "/runs", "{\"n\":1}");
    }

    private Answer grant(String skills) {
        return api.send("POST", api.owner, "/v1/grants", "{\"user\":\"dora\",\"allowed_skills\":" + skills + "}");
    }

    private JsonArray tools(String key) {
        return new JsonArray(api.get(key, "/v1/tools?stage=prod").response().body());
    }

    private JsonObject check(String key, String input) {
        return api.send("POST", key, STAGE + "/check", input).json();
    }

    private static Set<String> pointers(Answer answer) {
        return answer.json().getJsonArray("errors").stream().map(error -> ((JsonObject) error).getString("pointer"))
                .collect(java.util.stream.Collectors.toSet());
    }
}
