package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Allowance;
import dev.weir.feature.access.Grant;
import dev.weir.feature.quota.Admission;
import dev.weir.feature.run.Checks;
import dev.weir.feature.skill.Stage;
import dev.weir.kernel.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** {@code .../check}: what an invocation would come to. */
final class CheckRoutes {
    private final Checks checks;
    private final BodyReader bodies;

    CheckRoutes(Checks checks, BodyReader bodies) {
        this.checks = checks;
        this.bodies = bodies;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.POST, "/v1/skills/{skill}/stages/{stage}/check", this::check);
    }

    private Future<Void> check(RoutingContext ctx, Caller caller) {
        return checks.ask(caller, Path.id(ctx, "skill"), Path.id(ctx, "stage")).compose(asked -> {
            new Query(ctx).done();
            return bodies.json(ctx)
                    .compose(input -> checks.decide(asked, input))
                    .compose(decision -> Reply.json(ctx, 200, document(decision)));
        });
    }

    private static ObjectNode document(Checks.Decision decision) {
        Stage stage = decision.asked().stage();
        ObjectNode document = Json.object().put("allowed", decision.isAllowed());
        ArrayNode reasons = document.putArray("reasons");
        decision.reasons().forEach(reasons::add);
        document.set("grant", grant(decision.asked().allowance(), stage.ref().skill()));
        document.putObject("stage")
                .put("skill", stage.ref().skill())
                .put("stage", stage.ref().stage())
                .put("active_version", stage.activeVersion().orElse(null))
                .put("size", stage.settings().size().name())
                .put("timeout_seconds", stage.settings().timeout().toSeconds());
        ArrayNode errors = document.putArray("errors");
        decision.violations().forEach(violation -> errors.addObject().put("pointer", violation.pointer())
                .put("message", violation.message()));
        decision.quota().ifPresentOrElse(quota -> document.set("quota", quota(quota)), () -> document.putNull("quota"));
        document.put("queue", stage.settings().size().isLong() ? "long" : "standard");
        document.set("stripped_env", RunDocument.stripped(decision.strippedEnv()));
        ArrayNode missing = document.putArray("missing_secrets");
        decision.missingSecrets().forEach(missing::add);
        return document;
    }

    private static ObjectNode quota(Checks.Quota quota) {
        ObjectNode document = switch (quota.admission()) {
            case Admission.Admitted _ ->
                Json.object().put("allowed", true).putNull("detail").putNull("retry_after_seconds");
            case Admission.Throttled why -> Json.object().put("allowed", false).put("detail", why.detail())
                    .put("retry_after_seconds", why.retryAfter().toSeconds());
        };
        ArrayNode limits = document.putArray("limits");
        quota.limits().forEach(each -> limits.add(LimitDocument.of(each)
                .put("scope", each.scope().stage().isPresent() ? "stage" : "tenant")));
        return document;
    }

    private static ObjectNode grant(Allowance allowance, String skill) {
        return switch (allowance) {
            case Allowance.Owner _ -> Json.object().put("kind", "owner").putNull("id");
            case Allowance.Granted granted -> granted.grant(skill)
                    .map(grant -> Json.object().put("kind", kind(grant)).put("id", grant.id()))
                    .orElseGet(() -> Json.object().put("kind", "none").putNull("id"));
        };
    }

    private static String kind(Grant grant) {
        return grant.isWildcard() ? "wildcard" : "grant";
    }
}
