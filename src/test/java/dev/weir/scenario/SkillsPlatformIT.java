package dev.weir.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.fixture.Api;
import dev.weir.fixture.Digests;
import dev.weir.fixture.GatewayProcess;
import dev.weir.platform.pip.Wheels;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of Python to a stage that colleagues invoke and models know as a tool. */
class SkillsPlatformIT {
    private static final String SECRET = "canary-secret-0f9d1c77";
    private static final String MAIN = """
            import hashlib
            import os

            import alpha


            def handler(input: dict):
                \"\"\"Says what it sees.\"\"\"
                secret = os.environ.get("DB_KEY", "")
                return {"secret": hashlib.sha256(secret.encode()).hexdigest(), "alpha": alpha.VERSION,
                        "seen": sorted(os.environ), "echo": input.get("n")}
            """;
    private static final String SCHEMA = "input_schema: {type: object, properties: {n: {type: integer}}}\n";

    @TempDir
    private static Path directory;

    private static GatewayProcess gateway;
    private static Api owner;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Process pip = new ProcessBuilder("python3", "-m", "pip", "--version").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assumeTrue(pip.waitFor() == 0, "needs a python3 with pip");
        Path wheels = Files.createDirectories(directory.resolve("wheels"));
        new Wheels(wheels).wheel("alpha", "1.0");
        new Wheels(wheels).wheel("alpha", "1.1");
        gateway = new GatewayProcess(directory.resolve("data"), "skills.dependencies.offline=true",
                "skills.dependencies.find-links=" + wheels, "skills.scan-severity.py.process=warn").start();
        owner = gateway.api();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static Map<String, String> files(String requirement, String schema) {
        Map<String, String> files = new TreeMap<>(Map.of("main.py", MAIN, "requirements.txt", requirement));
        if (!schema.isEmpty()) {
            files.put("skill.yaml", schema);
        }
        return files;
    }

    private static String stage(String skill, String settings) {
        owner.post("/v1/skills", "{\"name\":\"" + skill + "\",\"description\":\"Sees.\"}").expect(201);
        String stage = "/v1/skills/" + skill + "/stages/prod";
        owner.send("PUT", stage, BodyPublishers.ofString(settings)).expect(200);
        return stage;
    }

    private static JsonNode ready(String stage, Map<String, String> files) {
        JsonNode upload = owner.upload(stage, Api.zip(files));
        assertThat(upload.path("status").asText()).as(upload.toString()).isEqualTo("ready_to_deploy");
        return upload;
    }

    private static Api.Answer confirm(String stage, JsonNode upload, String version, String level) {
        return owner.post(stage + "/deployments", "{\"upload_id\":\"" + upload.path("upload_id").asText()
                + "\",\"version\":\"" + version + "\",\"change_level\":\"" + level + "\"}");
    }

    private static Api developer(String user) {
        String key = owner.post("/v1/api-keys", "{\"user\":\"" + user + "\"}").expect(201).path("key").asText();
        return new Api(owner.base(), key);
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false).map(each -> each.path(field).asText()).toList();
    }

    @Test
    void aHandlerSeesItsSecretItsDependencyAndNothingElse() throws IOException {
        owner.post("/v1/secrets", "{\"secret_id\":\"db\",\"value\":\"" + SECRET + "\"}").expect(201);
        String stage = stage("seer", """
                {"env":{"LEVEL":"3","aws_profile":"x","LD_PRELOAD":"/x.so"},
                 "secret_refs":[{"env":"DB_KEY","secret_id":"db"},{"env":"PYTHONSTARTUP","secret_id":"db"}]}""");
        JsonNode upload = ready(stage, files("alpha<1.1", ""));
        assertThat(upload.path("metadata").path("dependencies").path(0).path("version").asText()).isEqualTo("1.0");
        confirm(stage, upload, "1.0.0", "patch").expect(201);

        JsonNode run = owner.over(owner.invoke("seer", "{\"n\":1}"));

        assertThat(run.path("status").asText()).as(run.toString()).isEqualTo("succeeded");
        JsonNode output = run.path("output");
        assertThat(output.path("secret").asText()).isEqualTo(Digests.sha256(SECRET.getBytes(StandardCharsets.UTF_8)));
        assertThat(output.path("alpha").asText()).isEqualTo("1.0");
        List<String> seen = new ArrayList<>();
        output.path("seen").forEach(name -> seen.add(name.asText()));
        assertThat(seen).contains("DB_KEY", "LEVEL").allMatch(
                name -> List.of("DB_KEY", "LEVEL", "PATH", "LANG", "HOME", "TMPDIR").contains(name)
                        || name.startsWith("PYTHON"))
                .doesNotContain("PYTHONSTARTUP", "aws_profile", "LD_PRELOAD");
        assertThat(texts(run.path("stripped_env"), "name")).containsExactly("LD_PRELOAD", "PYTHONSTARTUP",
                "aws_profile");
        assertThat(run.toString()).doesNotContain(SECRET);
        assertThat(owner.send("DELETE", "/v1/secrets/db", BodyPublishers.noBody()).expect(409).toString())
                .contains("seer/prod");
        assertThat(filesWith(SECRET)).isEmpty();
    }

    @Test
    void onlyAGrantOpensASkillAndMakesItATool() {
        String stage = stage("shared", "{}");
        confirm(stage, ready(stage, files("alpha", SCHEMA)), "1.0.0", "patch").expect(201);
        Api dora = developer("dora");
        assertThat(dora.post(stage + "/runs", "{}").status()).isEqualTo(403);
        assertThat(dora.post(stage + "/runs", "not json").status()).isEqualTo(403);
        assertThat(dora.get("/v1/tools?stage=prod").expect(200)).isEmpty();
        assertThat(dora.post(stage + "/check", "{\"n\":\"x\"}").expect(200).path("allowed").asBoolean()).isFalse();

        String grant = owner.post("/v1/grants", "{\"user\":\"dora\",\"allowed_skills\":[\"shared\"]}").expect(201)
                .path("id").asText();
        JsonNode decision = dora.post(stage + "/check", "{\"n\":\"x\"}").expect(200);
        assertThat(texts(decision.path("errors"), "pointer")).containsExactly("/n");
        assertThat(dora.post(stage + "/runs", "{\"n\":\"x\"}").expect(400).path("errors").path(0).path("pointer")
                .asText()).isEqualTo("/n");
        JsonNode run = dora.over(dora.post(stage + "/runs", "{\"n\":2}").expect(202).path("run_id").asText());
        assertThat(run.path("output").path("echo").asInt()).isEqualTo(2);
        JsonNode tools = dora.get("/v1/tools?stage=prod").expect(200);
        assertThat(tools).hasSize(1);
        assertThat(tools.get(0).path("name").asText()).isEqualTo("shared");
        assertThat(tools.get(0).path("input_schema").path("properties").path("n").path("type").asText())
                .isEqualTo("integer");
        assertThat(dora.post("/v1/secrets", "{\"secret_id\":\"x\",\"value\":\"y\"}").status()).isEqualTo(403);

        owner.send("DELETE", "/v1/grants/" + grant, BodyPublishers.noBody()).expect(204);
        assertThat(dora.post(stage + "/runs", "{\"n\":2}").status()).isEqualTo(403);
    }

    @Test
    void aVersionSaysHonestlyWhatChanged() {
        String stage = stage("versions", "{}");
        JsonNode first = ready(stage, files("alpha==1.0", SCHEMA));
        assertThat(first.path("minimum_change_level").isNull()).isTrue();
        confirm(stage, first, "1.0.0", "patch").expect(201);
        assertThat(confirm(stage, first, "1.0.1", "patch").status()).as("once").isEqualTo(409);

        JsonNode second = ready(stage, files("alpha==1.1", "input_schema: {type: object, required: [n], properties: "
                + "{n: {type: integer}}}\n"));
        assertThat(second.path("minimum_change_level").asText()).isEqualTo("major");
        assertThat(second.path("next_version").asText()).isEqualTo("2.0.0");
        assertThat(owner.get(stage).expect(200).path("active_version").asText()).isEqualTo("1.0.0");
        assertThat(confirm(stage, second, "1.1.0", "minor").expect(409).path("detail").asText()).contains("/required");
        confirm(stage, second, "2.0.0", "major").expect(201);
        assertThat(owner.post(stage + "/runs", "{}").status()).as("the new schema counts").isEqualTo(400);

        JsonNode diff = owner.get(stage + "/deployments/2.0.0/diff?from=1.0.0").expect(200);
        assertThat(diff.path("minimum_change_level").asText()).isEqualTo("major");
        assertThat(diff.path("dependencies_added").path(0).asText()).isEqualTo("alpha==1.1");
        owner.send("POST", stage + "/deployments/1.0.0/activate", BodyPublishers.noBody()).expect(200);
        JsonNode run = owner.over(owner.post(stage + "/runs", "{}").expect(202).path("run_id").asText());
        assertThat(run.path("output").path("alpha").asText()).as("its own dependencies, too").isEqualTo("1.0");
    }

    @Test
    void findingsNameRuleFileAndLine() {
        String stage = stage("refused", "{}");
        JsonNode upload = owner.upload(stage, Api.zip(Map.of("main.py",
                "from os import system as s\n\ndef handler(input):\n    return eval(input['x'])\n",
                "requirements.txt", "git+https://example.org/x\n")));
        assertThat(upload.path("status").asText()).isEqualTo("rejected");
        assertThat(texts(upload.path("findings"), "rule")).contains("py.exec", "py.process");
        JsonNode exec = StreamSupport.stream(upload.path("findings").spliterator(), false)
                .filter(each -> each.path("rule").asText().equals("py.exec")).findFirst().orElseThrow();
        assertThat(exec.path("file").asText()).isEqualTo("main.py");
        assertThat(exec.path("line").asInt()).isEqualTo(4);
        JsonNode requirements = owner.upload(stage, Api.zip(Map.of("main.py", "def handler(input): return 1\n",
                "requirements.txt", "alpha\nabsent-package==9\n")));
        assertThat(texts(requirements.path("findings"), "rule")).containsExactly("deps.unresolved");
        JsonNode handler = owner.upload(stage, Api.zip("def handle(input): return 1\n"));
        assertThat(texts(handler.path("findings"), "rule")).containsExactly("handler.missing");
    }

    /** Files of the data directory, the log included, that hold the text. */
    private static List<Path> filesWith(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        assertThat(gateway.log()).doesNotContain(text);
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(Files::isRegularFile).filter(file -> contains(file, wanted)).toList();
        }
    }

    private static boolean contains(Path file, byte[] wanted) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at + wanted.length <= bytes.length; at++) {
                if (bytes[at] == wanted[0] && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return true;
                }
            }
            return false;
        } catch (IOException gone) {
            return false; // a file of a run that ended meanwhile
        }
    }
}
