package dev.weir.feature.skill;

import dev.weir.feature.schedule.Schedule.Plan;
import dev.weir.feature.schedule.Timetable;
import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.webhook.Courier;
import dev.weir.feature.webhook.SecretNames;
import dev.weir.feature.webhook.Subscription;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.TenantId;
import dev.weir.kernel.Violation;
import dev.weir.wire.webhook.SigningKey;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a stage's settings must keep to beyond their form: what they refer to is there, and what they ask for can be done. */
public final class StageRules {
    /** An interpreter's service ends any call then (AWS: bedrock-agentcore-limits). */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(15);

    private final SkillCatalog catalog;
    private final SecretStore secrets;
    private final InputCheck inputs;
    private final Courier courier;
    private final SecretNames names;
    private final InstantSource clock;

    /** @param courier knows where webhooks may lead */
    public StageRules(SkillCatalog catalog, SecretStore secrets, InputCheck inputs, Courier courier, SecretNames names,
            InstantSource clock) {
        this.catalog = catalog;
        this.secrets = secrets;
        this.inputs = inputs;
        this.courier = courier;
        this.names = names;
        this.clock = clock;
    }

    /** The settings as they are to be kept; fails with {@code Invalid} that names every violation. */
    Future<StageSettings> require(StageRef stage, StageSettings wanted) {
        List<Violation> violations = new ArrayList<>();
        if (wanted.runsIn() != Stage.RunsIn.AGENT && wanted.timeout().compareTo(LONGEST_CALL) > 0) {
            violations.add(new Violation("/timeout_seconds",
                    "must be at most " + LONGEST_CALL.toSeconds() + " in an interpreter"));
        }
        return catalog.stage(stage).compose(now -> secrets(stage.tenant(), wanted, violations)
                .compose(_ -> timing(now, wanted, violations))
                .compose(_ -> webhook(stage.tenant(), now, wanted, violations)))
                .map(webhook -> {
                    if (!violations.isEmpty()) {
                        throw new ProblemException(new Problem.Invalid("the stage cannot be like this", violations));
                    }
                    return new StageSettings(wanted.runsIn(), wanted.size(), wanted.timeout(), wanted.env(),
                            wanted.secretRefs(),
                            wanted.maxAttempts(), wanted.timing(), webhook, wanted.limits());
                });
    }

    private Future<Void> secrets(TenantId tenant, StageSettings wanted, List<Violation> violations) {
        if (wanted.secretRefs().isEmpty()) {
            return Future.succeededFuture();
        }
        return secrets.list(tenant).map(known -> {
            Set<String> ids = known.stream().map(Secret::id).collect(Collectors.toSet());
            IntStream.range(0, wanted.secretRefs().size())
                    .filter(i -> !ids.contains(wanted.secretRefs().get(i).secretId()))
                    .forEach(i -> violations.add(
                            new Violation("/secret_refs/" + i + "/secret_id", "there is no such secret")));
            return null;
        });
    }

    private Future<Void> timing(Optional<Stage> now, StageSettings wanted, List<Violation> violations) {
        if (wanted.timing().isEmpty()) {
            return Future.succeededFuture();
        }
        Plan plan = wanted.timing().get().plan();
        try {
            Timetable.of(plan.cron(), plan.zone(), clock.instant());
        } catch (ProblemException invalid) {
            if (!(invalid.problem() instanceof Problem.Invalid found)) {
                return Future.failedFuture(invalid);
            }
            violations.addAll(found.violations());
        }
        return frozen(now).compose(found -> found
                .map(deployment -> inputs.check(deployment, InputCheck.read(plan.input())))
                .orElse(Future.succeededFuture(List.of())))
                .map(found -> {
                    found.forEach(each -> violations.add(
                            new Violation("/schedule_input" + each.pointer(), each.message())));
                    return null;
                });
    }

    /** What the next run would be of. Before the first deployment nothing can be said of an input; it is looked at again when it is due. */
    private Future<Optional<Deployment>> frozen(Optional<Stage> now) {
        return now.flatMap(stage -> stage.activeVersion().map(version -> catalog.deployment(stage.ref(), version)))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    private Future<Optional<Subscription>> webhook(TenantId tenant, Optional<Stage> now, StageSettings wanted,
            List<Violation> violations) {
        if (wanted.webhook().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        Subscription webhook = wanted.webhook().get();
        Optional<String> id = names.id(webhook.secret(), tenant);
        return objection(now, webhook).compose(objection -> {
            objection.ifPresent(rule -> violations.add(
                    new Violation("/webhook_url", "may not be reached: " + rule)));
            return id.map(known -> secrets.reveal(tenant, known)).orElse(Future.succeededFuture(Optional.empty()));
        }).map(value -> {
            if (value.isEmpty()) {
                violations.add(new Violation("/webhook_secret_arn", "there is no such secret of this tenant"));
            } else if (value.flatMap(SigningKey::read).isEmpty()) {
                violations.add(new Violation("/webhook_secret_arn", "names a secret that is no signing key: whsec_ and"
                        + " the base64 of 24 to 64 bytes, or two of these with a blank between them"));
            }
            return id.map(webhook::resolved);
        });
    }

    /** An address that was good when it was saved is looked at when something is sent there: its name servers may rest just now. */
    private Future<Optional<String>> objection(Optional<Stage> now, Subscription webhook) {
        boolean kept = now.flatMap(stage -> stage.settings().webhook()).filter(old -> old.url().equals(webhook.url()))
                .isPresent();
        return kept ? Future.succeededFuture(Optional.empty()) : courier.objection(webhook.url());
    }
}
