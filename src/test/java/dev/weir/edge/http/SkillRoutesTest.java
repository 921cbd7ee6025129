package dev.weir.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Skills, stages and API keys over real HTTP. */
class SkillRoutesTest {
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aSkillLives() {
        var made = api.send("POST", api.owner, "/v1/skills",
                "{\"name\":\"echo\",\"description\":\"d\",\"input_schema\":{\"type\":\"object\"}}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo("/v1/skills/echo");
        assertThat(made.json().getJsonObject("input_schema")).isEqualTo(new JsonObject().put("type", "object"));
        assertThat(made.json().containsKey("output_schema")).isTrue();
        assertThat(made.json().getValue("output_schema")).isNull();

        var patched = api.send("PATCH", api.owner, "/v1/skills/echo", "{\"description\":\"e\",\"input_schema\":null}",
                "Content-Type", "application/merge-patch+json");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().getString("description")).isEqualTo("e");
        assertThat(patched.json().getValue("input_schema")).isNull();

        assertThat(api.send("POST", api.owner, "/v1/skills", "{\"name\":\"echo\"}").status()).isEqualTo(409);
        assertThat(api.get(api.developer, "/v1/skills/echo").status()).isEqualTo(200);
        assertThat(api.delete(api.owner, "/v1/skills/echo").status()).isEqualTo(204);
        assertThat(api.get(api.owner, "/v1/skills/echo").status()).isEqualTo(404);
    }

    @Test
    void skillsComeInPages() {
        for (String name : new String[]{"c", "a", "b"}) {
            api.send("POST", api.owner, "/v1/skills", "{\"name\":\"" + name + "\"}");
        }
        var first = api.get(api.owner, "/v1/skills?limit=2");
        assertThat(names(first.json())).isEqualTo("[a, b]");
        assertThat(first.json().getString("next")).isEqualTo("b");
        var second = api.get(api.owner, "/v1/skills?limit=2&after=b");
        assertThat(names(second.json())).isEqualTo("[c]");
        assertThat(second.json().getString("next")).isNull();
    }

    @Test
    void aStageLivesAndShowsItsEnvironmentToOwnersOnly() {
        api.send("POST", api.owner, "/v1/skills", "{\"name\":\"echo\"}");
        String path = "/v1/skills/echo/stages/prod";

        var put = api.send("PUT", api.owner, path, "{\"size\":\"L\",\"timeout_seconds\":60,\"env\":{\"A\":\"hush\"}}");
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.json().getString("size")).isEqualTo("L");
        assertThat(put.json().getInteger("timeout_seconds")).isEqualTo(60);
        assertThat(put.json().getJsonObject("env").getString("A")).isEqualTo("hush");
        assertThat(api.get(api.developer, path).response().body()).doesNotContain("hush");
        assertThat(api.get(api.owner, "/v1/skills/echo/stages").json().getJsonArray("stages")).hasSize(1);
        assertThat(api.send("PUT", api.owner, "/v1/skills/none/stages/prod", "{}").status()).isEqualTo(404);
        assertThat(api.delete(api.owner, path).status()).isEqualTo(204);
        assertThat(api.get(api.owner, path).status()).isEqualTo(404);
    }

    @Test
    void anotherTenantsSkillAnswersLikeOneThatIsNotThere() {
        api.send("POST", api.owner, "/v1/skills", "{\"name\":\"echo\"}");
        api.send("PUT", api.owner, "/v1/skills/echo/stages/prod", "{}");

        for (String path : new String[]{"/v1/skills/echo", "/v1/skills/echo/stages", "/v1/skills/echo/stages/prod"}) {
            var foreign = api.get(api.stranger, path);
            assertThat(foreign.status()).as(path).isEqualTo(404);
            assertThat(foreign.json()).isEqualTo(api.get(api.stranger, path.replace("echo", "none")).json());
        }
        assertThat(api.delete(api.stranger, "/v1/skills/echo").status()).isEqualTo(404);
        assertThat(api.send("PATCH", api.stranger, "/v1/skills/echo", "{}").status()).isEqualTo(404);
        assertThat(api.get(api.stranger, "/v1/skills").json().getJsonArray("skills")).isEmpty();
        assertThat(api.get(api.owner, "/v1/skills/echo").status()).isEqualTo(200);
    }

    @Test
    void onlyOwnersChangeThings() {
        assertThat(api.send("POST", api.developer, "/v1/skills", "not even JSON").status()).isEqualTo(403);
        assertThat(api.send("PUT", api.developer, "/v1/skills/a/stages/b", "{}").status()).isEqualTo(403);
        assertThat(api.send("POST", api.developer, "/v1/api-keys", "{}").status()).isEqualTo(403);
        assertThat(api.get(api.developer, "/v1/api-keys").status()).isEqualTo(403);
        assertThat(api.send("POST", api.owner, "/v1/api-keys", "{\"user\":\"schedule\",\"role\":\"developer\"}")
                .status()).as("the runs of schedules would be theirs").isEqualTo(400);
        assertThat(api.delete(api.developer, "/v1/skills/a").status()).isEqualTo(403);
    }

    @Test
    void allViolationsAtOnceAndNoValues() {
        var answer = api.send("POST", api.owner, "/v1/skills",
                "{\"name\":\"-secret\",\"description\":7,\"input_schema\":[],\"more\":\"secret\"}");

        assertThat(answer.status()).isEqualTo(400);
        JsonArray errors = answer.json().getJsonArray("errors");
        assertThat(errors.stream().map(error -> ((JsonObject) error).getString("pointer")).toList())
                .containsExactlyInAnyOrder("/name", "/description", "/input_schema", "/more");
        assertThat(answer.response().body()).doesNotContain("secret");
    }

    @Test
    void apiKeysAreMadeShownOnceAndRevoked() {
        var made = api.send("POST", api.owner, "/v1/api-keys", "{\"user\":\"newt\",\"role\":\"developer\"}");
        assertThat(made.status()).isEqualTo(201);
        String key = made.json().getString("key");
        assertThat(api.get(key, "/v1/skills").status()).isEqualTo(200);

        var list = api.get(api.owner, "/v1/api-keys");
        assertThat(list.json().getJsonArray("api_keys")).hasSize(3);
        assertThat(list.response().body()).doesNotContain(key).doesNotContain("hash");

        String path = "/v1/api-keys/" + made.json().getString("id");
        assertThat(api.delete(api.stranger, path).status()).isEqualTo(404);
        assertThat(api.delete(api.owner, path).status()).isEqualTo(204);
        assertThat(api.get(key, "/v1/skills").status()).isEqualTo(401);
    }

    private static String names(JsonObject page) {
        return page.getJsonArray("skills").stream().map(skill -> ((JsonObject) skill).getString("name")).toList()
                .toString();
    }
}
