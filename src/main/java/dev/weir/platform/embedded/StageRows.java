package dev.weir.platform.embedded;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.feature.skill.StageSettings.Timing;
import dev.weir.feature.webhook.Subscription;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A stage's settings in its row; what has parts is kept as JSON. */
final class StageRows {
    private StageRows() {}

    static StageSettings settings(Row row) throws SQLException {
        return new StageSettings(Stage.RunsIn.valueOf(row.text("runs_in")), Stage.Size.valueOf(row.text("size")),
                row.duration("timeout"), env(row.text("env")),
                secretRefs(row.text("secret_refs")), row.integer("max_attempts"),
                row.optionalText("timing").map(StageRows::timing),
                row.optionalText("webhook").map(StageRows::webhook), limits(row.text("limits")));
    }

    static String env(Map<String, String> env) {
        JsonObject object = new JsonObject();
        env.forEach(object::put);
        return object.encode();
    }

    private static Map<String, String> env(String json) {
        JsonObject object = new JsonObject(json);
        return object.fieldNames().stream().collect(Collectors.toMap(name -> name, object::getString));
    }

    static String secretRefs(List<SecretRef> refs) {
        JsonArray array = new JsonArray();
        refs.forEach(ref -> array.add(new JsonObject().put("env", ref.env()).put("secret_id", ref.secretId())));
        return array.encode();
    }

    private static List<SecretRef> secretRefs(String json) {
        return new JsonArray(json).stream().map(JsonObject.class::cast)
                .map(ref -> new SecretRef(ref.getString("env"), ref.getString("secret_id"))).toList();
    }

    static Optional<String> timing(Optional<Timing> timing) {
        return timing.map(known -> new JsonObject()
                .put("enabled", known.enabled())
                .put("cron", known.plan().cron())
                .put("zone", known.plan().zone())
                .put("input", known.plan().input())
                .put("overlap", known.plan().overlap())
                .encode());
    }

    private static Timing timing(String json) {
        JsonObject object = new JsonObject(json);
        return new Timing(object.getBoolean("enabled"), new Plan(object.getString("cron"), object.getString("zone"),
                object.getString("input"), object.getBoolean("overlap")));
    }

    static Optional<String> webhook(Optional<Subscription> webhook) {
        return webhook.map(known -> new JsonObject()
                .put("url", known.url())
                .put("secret", known.secret())
                .put("secret_id", known.secretId())
                .put("events", new JsonArray(List.copyOf(new TreeSet<>(known.events()))))
                .encode());
    }

    private static Subscription webhook(String json) {
        JsonObject object = new JsonObject(json);
        return new Subscription(object.getString("url"), object.getString("secret"), object.getString("secret_id"),
                object.getJsonArray("events").stream().map(String.class::cast).collect(Collectors.toSet()));
    }

    static String limits(Limits limits) {
        JsonObject object = new JsonObject();
        limits.most().forEach((dimension, most) -> object.put(dimension.wireName(), most));
        return object.encode();
    }

    private static Limits limits(String json) {
        JsonObject object = new JsonObject(json);
        return new Limits(object.fieldNames().stream().collect(Collectors.toMap(
                name -> Dimension.valueOf(name.toUpperCase(Locale.ROOT)), object::getLong)));
    }
}
