package dev.weir.feature.run;

import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.webhook.Endpoint;
import dev.weir.feature.webhook.Subscriptions;
import io.vertx.core.Future;

/** Subscriptions as the stages say them now; one look into the catalog for each letter. */
public final class StageSubscriptions implements Subscriptions {
    private final SkillCatalog catalog;

    public StageSubscriptions(SkillCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public Future<Boolean> holds(Endpoint endpoint) {
        return catalog.stage(endpoint.stage()).map(found -> found.flatMap(stage -> stage.settings().webhook())
                .filter(webhook -> webhook.url().equals(endpoint.url())).isPresent());
    }
}
