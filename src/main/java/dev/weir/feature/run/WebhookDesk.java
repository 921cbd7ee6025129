package dev.weir.feature.run;

import dev.weir.feature.access.Permit;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.Webhooks;
import dev.weir.feature.webhook.Webhooks.Story;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import dev.weir.kernel.StageRef;
import io.vertx.core.Future;
import java.util.List;

/** What was sent for a tenant, and once more; for a run, to whoever may read it, everything else to owners. */
public final class WebhookDesk {
    private final SkillCatalog catalog;
    private final Runs runs;
    private final Webhooks webhooks;

    public WebhookDesk(SkillCatalog catalog, Runs runs, Webhooks webhooks) {
        this.catalog = catalog;
        this.runs = runs;
        this.webhooks = webhooks;
    }

    /** What tells of the run, oldest first; fails as {@link Runs#find} does. */
    public Future<List<Delivery>> ofRun(Permit permit, RunId id) {
        return runs.find(permit, id).compose(run -> webhooks.ofRun(run.order().stage().tenant(), id));
    }

    /** Fails with {@code NotFound}. */
    public Future<Story> story(Permit owner, String id) {
        return webhooks.story(owner.tenant(), id);
    }

    /** Tries once more, as {@link Webhooks#redeliver} does. */
    public Future<Delivery> redeliver(Permit owner, String id) {
        return webhooks.redeliver(owner.tenant(), id);
    }

    /** Sends a test; fails with {@code NotFound} if the stage has no webhook. */
    public Future<Delivery> test(Permit owner, String skill, String stage) {
        return endpoint(owner, skill, stage).compose(webhooks::ping);
    }

    /** Fails with {@code NotFound} if the stage has no webhook. */
    public Future<Health> health(Permit owner, String skill, String stage) {
        return endpoint(owner, skill, stage).compose(webhooks::health);
    }

    /** Ends whatever keeps the endpoint from being sent to; fails with {@code NotFound} if the stage has no webhook. */
    public Future<Health> enable(Permit owner, String skill, String stage) {
        return endpoint(owner, skill, stage).compose(webhooks::enable);
    }

    private Future<Endpoint> endpoint(Permit owner, String skill, String stage) {
        StageRef ref = new StageRef(owner.tenant(), skill, stage);
        return catalog.stage(ref).map(found -> found.orElseThrow(() -> absent("stage", stage)).settings().webhook()
                .orElseThrow(() -> absent("webhook", stage)).endpoint(ref));
    }

    private static ProblemException absent(String kind, String id) {
        return new ProblemException(new Problem.NotFound(kind, id));
    }
}
