package dev.weir.scenario;

import dev.weir.fixture.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The skill that the scenarios run: its {@code mode} says how it behaves. */
final class Handlers {
    static final String SKILL = "handlers";
    /** The setting without which the skill is refused: one of its modes starts a process. */
    static final String ALLOWED = "skills.scan-severity.py.process=warn";

    private Handlers() {}

    static void deploy(Api api) {
        deploy(api, "{\"timeout_seconds\":60}");
    }

    static void deploy(Api api, String stageSettings) {
        api.deploy(SKILL, stageSettings, Api.zip(source()));
    }

    static String source() {
        try (InputStream source = Handlers.class.getResourceAsStream("main.py")) {
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String count(int count, int delayMillis) {
        return "{\"mode\":\"count\",\"count\":" + count + ",\"delay_ms\":" + delayMillis + "}";
    }
}
