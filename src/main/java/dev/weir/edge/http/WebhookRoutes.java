package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.run.WebhookDesk;
import dev.weir.feature.run.event.RunId;
import dev.weir.feature.webhook.Delivery;
import dev.weir.feature.webhook.Health;
import dev.weir.feature.webhook.Webhooks.Story;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The webhook desk: what was sent, how it went, once more. No answer names the address or the secret: the stage's does. */
final class WebhookRoutes {
    private static final String WEBHOOK = "/v1/skills/{skill}/stages/{stage}/webhook";
    private static final String DELIVERY = "/v1/deliveries/{delivery_id}";

    private final Access access;
    private final WebhookDesk desk;

    WebhookRoutes(Access access, WebhookDesk desk) {
        this.access = access;
        this.desk = desk;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, "/v1/runs/{run_id}/deliveries", this::ofRun);
        mount.secured(HttpMethod.GET, DELIVERY, this::find);
        mount.secured(HttpMethod.POST, DELIVERY + "/redeliver", this::redeliver);
        mount.secured(HttpMethod.GET, WEBHOOK, this::health);
        mount.secured(HttpMethod.POST, WEBHOOK + "/test", this::test);
        mount.secured(HttpMethod.POST, WEBHOOK + "/enable", this::enable);
    }

    private Future<Void> ofRun(RoutingContext ctx, Caller caller) {
        new Query(ctx).done();
        return desk.ofRun(access.member(caller), Path.run(ctx)).compose(found -> {
            ObjectNode page = Json.object();
            ArrayNode items = page.putArray("deliveries");
            found.forEach(each -> items.add(document(each)));
            return Reply.json(ctx, 200, page);
        });
    }

    private Future<Void> find(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.story(owner, Path.id(ctx, "delivery_id"))
                .compose(story -> Reply.json(ctx, 200, document(story)));
    }

    private Future<Void> redeliver(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.redeliver(owner, Path.id(ctx, "delivery_id"))
                .compose(delivery -> Reply.json(ctx, 202, document(delivery)));
    }

    private Future<Void> test(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.test(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(delivery -> Reply.json(ctx, 202, document(delivery)));
    }

    private Future<Void> health(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.health(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(health -> Reply.json(ctx, 200, document(health)));
    }

    private Future<Void> enable(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        new Query(ctx).done();
        return desk.enable(owner, Path.id(ctx, "skill"), Path.id(ctx, "stage"))
                .compose(health -> Reply.json(ctx, 200, document(health)));
    }

    private static ObjectNode document(Health health) {
        Optional<Instant> open = Optional.of(health.openUntil()).filter(until -> until.isAfter(Instant.EPOCH));
        return Json.object()
                .put("failures", health.failures())
                .put("failing_since", health.failingSince().map(Instant::toString).orElse(null))
                .put("open_until", open.map(Instant::toString).orElse(null))
                .put("disabled", health.disabled().orElse(null));
    }

    private static ObjectNode document(Story story) {
        ObjectNode document = document(story.delivery());
        ArrayNode tries = document.putArray("attempts");
        story.tries().forEach(each -> tries.addObject()
                .put("n", each.n())
                .put("at", each.at().toString())
                .put("took_ms", each.took().toMillis())
                .put("outcome", each.outcome()));
        return document;
    }

    private static ObjectNode document(Delivery delivery) {
        boolean pending = delivery.state() == Delivery.State.PENDING;
        return Json.object()
                .put("delivery_id", delivery.id())
                .put("run_id", delivery.run().map(RunId::value).orElse(null))
                .put("skill", delivery.endpoint().stage().skill())
                .put("stage", delivery.endpoint().stage().stage())
                .put("type", delivery.type())
                .put("state", delivery.state().name().toLowerCase(Locale.ROOT))
                .put("tries", delivery.tries())
                .put("next_try_at", pending ? delivery.nextAt().toString() : null)
                .put("created_at", delivery.createdAt().toString())
                .put("note", delivery.note().orElse(null));
    }
}
