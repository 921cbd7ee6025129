package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.skill.Skill;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.feature.webhook.Subscription;
import java.util.Optional;
import java.util.TreeMap;

/** Skills and stages as clients see them. */
final class SkillDocument {
    private SkillDocument() {}

    static ObjectNode of(Skill skill) {
        ObjectNode document = Json.object().put("name", skill.name()).put("description", skill.description());
        Json.putRaw(document, "input_schema", skill.inputSchema());
        Json.putRaw(document, "output_schema", skill.outputSchema());
        return document.put("created_at", skill.createdAt().toString()).put("updated_at", skill.updatedAt().toString());
    }

    /**
     * @param withEnv whether the values of the environment are for the reader's eyes
     */
    static ObjectNode of(Stage stage, boolean withEnv) {
        ObjectNode document = Json.object()
                .put("skill", stage.ref().skill())
                .put("stage", stage.ref().stage())
                .put("runtime", StageBody.name(stage.settings().runsIn()))
                .put("size", stage.settings().size().name())
                .put("timeout_seconds", stage.settings().timeout().toSeconds())
                .put("max_attempts", stage.settings().maxAttempts())
                .put("active_version", stage.activeVersion().orElse(null));
        if (withEnv) {
            ObjectNode env = document.putObject("env");
            new TreeMap<>(stage.settings().env()).forEach(env::put);
            ArrayNode refs = document.putArray("secret_refs");
            stage.settings().secretRefs()
                    .forEach(ref -> refs.addObject().put("env", ref.env()).put("secret_id", ref.secretId()));
            stage.settings().timing().ifPresent(timing -> put(document, timing));
            stage.settings().webhook().ifPresent(webhook -> put(document, webhook));
            document.set("limits", LimitDocument.of(stage.settings().limits()));
        }
        return document.put("created_at", stage.createdAt().toString()).put("updated_at", stage.updatedAt().toString());
    }

    private static void put(ObjectNode document, StageSettings.Timing timing) {
        document.put("schedule_enabled", timing.enabled())
                .put("schedule_cron", timing.plan().cron())
                .put("schedule_timezone", timing.plan().zone());
        Json.putRaw(document, "schedule_input", Optional.of(timing.plan().input()));
        document.put("schedule_overlap", timing.plan().overlap());
    }

    private static void put(ObjectNode document, Subscription webhook) {
        document.put("webhook_url", webhook.url()).put("webhook_secret_arn", webhook.secret());
        ArrayNode events = document.putArray("webhook_events");
        webhook.events().stream().sorted().forEach(events::add);
    }
}
