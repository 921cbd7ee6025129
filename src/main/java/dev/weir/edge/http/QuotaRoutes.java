package dev.weir.edge.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.feature.access.Access;
import dev.weir.feature.access.Permit;
import dev.weir.feature.quota.Allowance;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.quota.Scope;
import dev.weir.feature.skill.Skills;
import dev.weir.kernel.Caller;
import dev.weir.kernel.Problem;
import dev.weir.kernel.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code /v1/quota}: how a tenant, or one of its stages, stands. */
final class QuotaRoutes {
    private final Access access;
    private final Skills skills;
    private final Quotas quotas;

    QuotaRoutes(Access access, Skills skills, Quotas quotas) {
        this.access = access;
        this.skills = skills;
        this.quotas = quotas;
    }

    void mount(Mount mount) {
        mount.secured(HttpMethod.GET, "/v1/quota", this::view);
    }

    private Future<Void> view(RoutingContext ctx, Caller caller) {
        Permit owner = access.owner(caller);
        Query query = new Query(ctx);
        Optional<String> skill = query.id("skill");
        Optional<String> stage = query.id("stage");
        query.done();
        if (skill.isPresent() != stage.isPresent()) {
            throw new ProblemException(Problem.Invalid.of("", "'skill' and 'stage' are given both or not at all"));
        }
        return scope(owner, skill, stage).compose(quotas::view)
                .compose(allowances -> Reply.json(ctx, 200, document(allowances)));
    }

    private Future<Scope> scope(Permit owner, Optional<String> skill, Optional<String> stage) {
        return skill.isEmpty()
                ? Future.succeededFuture(Scope.of(owner.tenant()))
                : skills.stage(owner, skill.get(), stage.orElseThrow()).map(known -> Scope.of(known.ref()));
    }

    private static ObjectNode document(List<Allowance> allowances) {
        ObjectNode document = Json.object();
        ArrayNode limits = document.putArray("limits");
        allowances.forEach(each -> limits.add(LimitDocument.of(each)));
        return document;
    }
}
