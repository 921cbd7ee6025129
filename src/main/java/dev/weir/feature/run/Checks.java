package dev.weir.feature.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Allowance;
import dev.weir.feature.quota.Admission;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.env.EnvCurator;
import dev.weir.feature.secret.Secret;
import dev.weir.feature.secret.SecretRef;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.skill.Deployment;
import dev.weir.feature.skill.InputCheck;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.Stage;
import dev.weir.feature.skill.StageSettings;
import dev.weir.kernel.StageRef;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.Violation;
import dev.weir.wire.env.EnvFilter;
import dev.weir.wire.env.StrippedName;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about an invocation without making one: nothing is written, queued or revealed. */
public final class Checks {
    private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

    private final SkillCatalog catalog;
    private final Access access;
    private final SecretStore secrets;
    private final InputCheck inputs;
    private final Quotas quotas;

    public Checks(SkillCatalog catalog, Access access, SecretStore secrets, InputCheck inputs, Quotas quotas) {
        this.catalog = catalog;
        this.access = access;
        this.secrets = secrets;
        this.inputs = inputs;
        this.quotas = quotas;
    }

    /** Who asks for what. */
    public record Asked(Stage stage, Allowance allowance) {
        /** Whether the caller may invoke the skill, whatever its input. */
        public boolean allows() {
            return allowance.allows(stage.ref().skill());
        }
    }

    /**
     * The decision. Who may not invoke the skill learns nothing of its schema or environment (feature S0-28).
     *
     * @param violations of the input, empty if it was not looked at
     * @param quota how the quota stands; absent if that was not looked at, or nobody can tell
     * @param missingSecrets ids of secrets the stage refers to that are not there, so that a run would fail; for owners only
     */
    public record Decision(Asked asked, List<String> reasons, List<Violation> violations,
            List<StrippedName> strippedEnv,
            Optional<Quota> quota,
            List<String> missingSecrets) {
        public Decision {
            reasons = List.copyOf(reasons);
            violations = List.copyOf(violations);
            strippedEnv = List.copyOf(strippedEnv);
            missingSecrets = List.copyOf(missingSecrets);
        }

        /** Whether nothing that is looked at is in the way of a run; whether the queue has room is not looked at. */
        public boolean isAllowed() {
            return reasons.isEmpty();
        }
    }

    /**
     * What the quota would say now, and why.
     *
     * @param limits of the tenant, then of the stage
     */
    public record Quota(Admission admission, List<dev.weir.feature.quota.Allowance> limits) {
        public Quota {
            limits = List.copyOf(limits);
        }
    }

    /** Fails with {@code NotFound} if the skill or stage is not there. */
    public Future<Asked> ask(Caller caller, String skill, String stage) {
        return catalog.stage(new StageRef(caller.tenant(), skill, stage)).compose(found -> {
            Stage known = found.orElseThrow(() -> new ProblemException(new Problem.NotFound("stage", stage)));
            return access.allowance(caller).map(allowance -> new Asked(known, allowance));
        });
    }

    /** Reasons come in the order in which an invocation would meet them. */
    public Future<Decision> decide(Asked asked, JsonNode input) {
        Stage stage = asked.stage();
        boolean active = stage.activeVersion().isPresent();
        List<String> reasons = new ArrayList<>();
        if (!active) {
            reasons.add("the stage has no active deployment");
        }
        if (!asked.allows()) {
            reasons.add("no grant allows you to invoke this skill");
            return Future
                    .succeededFuture(new Decision(asked, reasons, List.of(), List.of(), Optional.empty(), List.of()));
        }
        return violations(stage, input)
                .compose(violations -> missing(stage).compose(missing -> quota(stage).map(quota -> {
                    if (!violations.isEmpty()) {
                        reasons.add("the input does not satisfy the skill's input schema");
                    }
                    if (!missing.isEmpty()) {
                        reasons.add("a secret that the stage refers to is not there");
                    }
                    if (quota.isEmpty()) {
                        reasons.add("the quota cannot be told now: the run would wait until it can");
                    } else if (quota.get().admission() instanceof Admission.Throttled) {
                        reasons.add("a limit is used up: the run would be throttled");
                    }
                    return new Decision(asked, reasons, violations, EnvCurator.curate(names(stage)).stripped(),
                            quota, asked.allowance() instanceof Allowance.Owner ? missing : List.of());
                })));
    }

    /** Empty if the ledger is away: that keeps nobody from hearing the rest. */
    private Future<Optional<Quota>> quota(Stage stage) {
        StageSettings settings = stage.settings();
        return quotas.foresee(stage.ref(), settings.timeout().multipliedBy(settings.maxAttempts()))
                .compose(admission -> quotas.view(stage.ref()).map(limits -> Optional.of(new Quota(admission, limits))))
                .otherwise(away -> {
                    LOG.atWarn().addKeyValue("stage", stage.ref()).setCause(away).log("a check goes without the quota");
                    return Optional.empty();
                });
    }

    private Future<List<Violation>> violations(Stage stage, JsonNode input) {
        return stage.activeVersion()
                .map(version -> catalog.deployment(stage.ref(), version))
                .orElse(Future.succeededFuture(Optional.<Deployment>empty()))
                .compose(deployment -> deployment.map(frozen -> inputs.check(frozen, input))
                        .orElse(Future.succeededFuture(List.of())));
    }

    private Future<List<String>> missing(Stage stage) {
        List<String> wanted = stage.settings().secretRefs().stream().filter(ref -> EnvFilter.rule(ref.env()).isEmpty())
                .map(SecretRef::secretId).distinct().sorted().toList();
        return wanted.isEmpty()
                ? Future.succeededFuture(List.of())
                : secrets.list(stage.ref().tenant()).map(known -> {
                    Set<String> ids = known.stream().map(Secret::id).collect(Collectors.toSet());
                    return wanted.stream().filter(id -> !ids.contains(id)).toList();
                });
    }

    private static Map<String, String> names(Stage stage) {
        Map<String, String> names = new TreeMap<>(stage.settings().env());
        stage.settings().secretRefs().forEach(ref -> names.put(ref.env(), ""));
        return names;
    }
}
