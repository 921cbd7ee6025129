package dev.weir.edge.http;

import dev.weir.feature.quota.Dimension;
import dev.weir.feature.quota.Limits;
import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.feature.skill.StageSettings.Timing;
import dev.weir.feature.webhook.Subscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A stage's settings as a client sends them. */
final class StageBody {
    private static final int MAX_SECRETS = 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    /** AgentCore ends a runtime session after eight hours, whatever it does (AWS: bedrock-agentcore-limits). */
    private static final int MAX_TIMEOUT_SECONDS = 8 * 60 * 60;
    private static final int MAX_CRON = 255;
    private static final int MAX_ZONE = 64;
    /** In UTF-8: it is kept with the stage and read at every time. */
    private static final int MAX_SCHEDULE_INPUT = 64 * 1024;
    private static final int MAX_URL = 2048;
    private static final int MAX_ARN = 400;
    private static final int MAX_LIMIT = 1_000_000_000;
    private static final int NONE = -1;

    private StageBody() {}

    static StageSettings read(Body body) {
        Map<String, String> env = body.strings("env", 100, VARIABLE, 8192);
        List<SecretRef> refs = body.objects("secret_refs", MAX_SECRETS, StageBody::secretRef);
        Set<String> taken = new HashSet<>(env.keySet());
        for (int i = 0; i < refs.size(); i++) {
            if (!taken.add(refs.get(i).env())) {
                body.refuse("/secret_refs/" + i + "/env", "is a variable that is set already");
            }
        }
        StageSettings settings = new StageSettings(
                body.choice("runtime", Stage.RunsIn.values(), StageBody::name).orElse(Stage.RunsIn.AGENT),
                body.choice("size", Stage.Size.values(), Stage.Size::name).orElse(Stage.Size.M),
                Duration.ofSeconds(body.number("timeout_seconds", 1, MAX_TIMEOUT_SECONDS, 300)),
                env, refs, body.number("max_attempts", 1, 5, 1), timing(body), webhook(body),
                body.object("limits", StageBody::limits).orElse(Limits.NONE));
        body.done();
        return settings;
    }

    static String name(Stage.RunsIn place) {
        return place.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static SecretRef secretRef(Body body) {
        return new SecretRef(
                body.matching("env", VARIABLE, "must be of the form " + VARIABLE.pattern()), body.id("secret_id"));
    }

    private static Optional<Timing> timing(Body body) {
        boolean enabled = body.flag("schedule_enabled");
        Optional<String> cron = body.text("schedule_cron", MAX_CRON);
        Optional<String> zone = body.text("schedule_timezone", MAX_ZONE);
        Optional<String> input = body.objectText("schedule_input");
        if (input.filter(text -> text.getBytes(StandardCharsets.UTF_8).length > MAX_SCHEDULE_INPUT).isPresent()) {
            body.refuse("/schedule_input", "must be at most " + MAX_SCHEDULE_INPUT + " bytes of JSON");
        }
        boolean overlap = body.flag("schedule_overlap");
        if (cron.isEmpty() && (enabled || zone.isPresent() || input.isPresent() || overlap)) {
            body.refuse("/schedule_cron", "is required with any other setting of a schedule");
        }
        return cron.map(text -> new Timing(enabled,
                new Plan(text, zone.orElse("UTC"), input.orElse("{}"), overlap)));
    }

    private static Optional<Subscription> webhook(Body body) {
        Optional<String> url = body.text("webhook_url", MAX_URL);
        Optional<String> secret = body.text("webhook_secret_arn", MAX_ARN);
        List<String> events = body.texts("webhook_events", Subscription.EVENTS.size());
        for (int i = 0; i < events.size(); i++) {
            if (!Subscription.EVENTS.contains(events.get(i))) {
                body.refuse("/webhook_events/" + i, "must be one of " + new TreeSet<>(Subscription.EVENTS));
            }
        }
        if (url.isPresent() && secret.isEmpty()) {
            body.refuse("/webhook_secret_arn", "is required: nothing is sent unsigned");
        }
        if (url.isEmpty() && (secret.isPresent() || !events.isEmpty())) {
            body.refuse("/webhook_url", "is required with any other setting of a webhook");
        }
        return url.map(text -> new Subscription(text, secret.orElse(""), "",
                events.isEmpty() ? Subscription.EVENTS : Set.copyOf(events)));
    }

    private static Limits limits(Body body) {
        Map<Dimension, Long> most = new EnumMap<>(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            int limit = body.number(dimension.shownName(), 0, MAX_LIMIT, NONE);
            if (limit != NONE) {
                most.put(dimension, limit * dimension.shownUnit());
            }
        }
        return new Limits(most);
    }
}
