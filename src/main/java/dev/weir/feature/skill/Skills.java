package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import dev.weir.feature.access.Permit;
import dev.weir.feature.schedule.Ticker;
import dev.weir.feature.secret.Secrets;
import dev.weir.feature.webhook.Subscription;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.kernel.Ids;
import dev.weir.kernel.Offload;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.TenantId;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Skills and their stages. Reading needs a permit of the tenant, changing needs an owner's. */
public final class Skills {
    /** What grants and runs call the code interpreter; no skill may be called so. */
    public static final String CODE_INTERPRETER = "code-interpreter";

    private final SkillCatalog catalog;
    private final StageRules rules;
    private final Ticker schedules;
    private final Webhooks webhooks;
    private final Schemas schemas;
    private final InstantSource clock;

    /**
     * Skills over a catalog.
     *
     * @param rules what a stage's settings must keep to
     * @param schedules of stages that run by themselves
     * @param webhooks whose deliveries end with what they were for
     * @param offload reads schemas
     */
    public Skills(SkillCatalog catalog, StageRules rules, Ticker schedules, Webhooks webhooks, Offload offload,
            InstantSource clock) {
        this.catalog = catalog;
        this.rules = rules;
        this.schedules = schedules;
        this.webhooks = webhooks;
        this.schemas = new Schemas(offload);
        this.clock = clock;
    }

    /** What a client may say of a skill; schemas are JSON text. */
    public record Metadata(String description, Optional<String> inputSchema, Optional<String> outputSchema) {}

    /** Fails with {@code Conflict} if the name is taken, {@code Invalid} if a schema cannot be used. */
    public Future<Skill> create(Permit owner, String name, Metadata metadata) {
        var now = clock.instant();
        Skill skill = new Skill(owner.tenant(), Ids.require(name, "/name"), metadata.description(),
                metadata.inputSchema(),
                metadata.outputSchema(), now, now);
        if (name.equals(CODE_INTERPRETER)) {
            throw new ProblemException(Problem.Invalid.of("/name", "is the code interpreter's"));
        }
        return schemas.require(metadata).compose(_ -> catalog.create(skill)).map(created -> {
            if (!created) {
                throw new ProblemException(new Problem.Conflict("there is a skill of this name already"));
            }
            return skill;
        });
    }

    public Future<Skill> find(Permit permit, String name) {
        return catalog.skill(permit.tenant(), name).map(found -> found.orElseThrow(() -> absent("skill", name)));
    }

    /** By name, after {@code after}, at most {@code limit}. */
    public Future<List<Skill>> list(Permit permit, String after, int limit) {
        return catalog.skills(permit.tenant(), after, limit);
    }

    /** Changes what the next deployment will freeze; nothing that runs changes. */
    public Future<Skill> update(Permit owner, String name, Metadata metadata) {
        return find(owner, name).compose(old -> {
            Skill skill = new Skill(old.tenant(), old.name(), metadata.description(), metadata.inputSchema(),
                    metadata.outputSchema(),
                    old.createdAt(), clock.instant());
            return schemas.require(metadata).compose(_ -> catalog.update(skill)).map(_ -> skill);
        });
    }

    public Future<Void> delete(Permit owner, String name) {
        return catalog.delete(owner.tenant(), name).map(deleted -> require(deleted, "skill", name));
    }

    /** Creates a stage or replaces its settings; fails with {@code Invalid} as {@link StageRules} say. */
    public Future<Stage> put(Permit owner, String skill, String stage, StageSettings settings) {
        var now = clock.instant();
        StageRef ref = new StageRef(owner.tenant(), skill, Ids.require(stage, "/stage"));
        return rules.require(ref, settings)
                .compose(good -> catalog.put(new Stage(ref, good, Optional.empty(), now, now)))
                .map(done -> require(done, "skill", skill))
                .compose(_ -> time(ref, settings))
                .compose(_ -> webhooks.moved(ref, settings.webhook().map(Subscription::url)))
                .compose(_ -> stage(owner, skill, stage));
    }

    /** The settings are kept by now: if this gets lost, it is made up for when schedules are compared with the stages. */
    private Future<Void> time(StageRef ref, StageSettings settings) {
        return settings.plan()
                .map(plan -> schedules.set(ref, plan).<Void>mapEmpty())
                .orElseGet(() -> schedules.remove(ref));
    }

    /** Which stages of the tenant hold which secrets. */
    public Future<Map<String, List<Secrets.Holder>>> secretHolders(TenantId tenant) {
        return catalog.stagesWithSecrets(tenant).map(stages -> {
            Map<String, List<Secrets.Holder>> holders = new TreeMap<>();
            stages.forEach(stage -> stage.settings().secretIds()
                    .forEach(id -> holders.computeIfAbsent(id, _ -> new ArrayList<>())
                            .add(new Secrets.Holder(stage.ref().skill(), stage.ref().stage()))));
            return holders;
        });
    }

    public Future<Stage> stage(Permit permit, String skill, String stage) {
        return catalog.stage(new StageRef(permit.tenant(), skill, stage))
                .map(found -> found.orElseThrow(() -> absent("stage", stage)));
    }

    public Future<List<Stage>> stages(Permit permit, String skill) {
        return find(permit, skill).compose(_ -> catalog.stages(permit.tenant(), skill));
    }

    public Future<Void> delete(Permit owner, String skill, String stage) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return catalog.delete(ref).map(deleted -> require(deleted, "stage", stage))
                .compose(_ -> schedules.remove(ref)).compose(_ -> webhooks.moved(ref, Optional.empty()));
    }

    private static Void require(boolean present, String kind, String id) {
        if (!present) {
            throw absent(kind, id);
        }
        return null;
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }
}
