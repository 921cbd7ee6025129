package dev.weir.edge.http;

import dev.weir.config.ServerConfig;
import dev.weir.edge.stream.ClientSockets;
import dev.weir.edge.stream.RunStreams;
import dev.weir.observe.Meters;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;

/** The whole HTTP API as one router; the contract it keeps is {@code openapi.yaml}. */
public final class ApiRouter {
    private final Features features;
    private final RunStreams streams;
    private final ClientSockets sockets;
    private final Optional<LocalPackages> packages;
    private final ServerConfig.HttpLimits limits;
    private final Meters meters;
    private final Buffer contract;

    /**
     * @param packages present in embedded mode only
     */
    public ApiRouter(Features features, RunStreams streams, ClientSockets sockets, Optional<LocalPackages> packages,
            ServerConfig.HttpLimits limits, Meters meters) {
        this.features = features;
        this.streams = streams;
        this.sockets = sockets;
        this.packages = packages;
        this.limits = limits;
        this.meters = meters;
        this.contract = contract();
    }

    /** A new router with everything mounted; one per server instance. */
    public Router create(Vertx vertx) {
        Router router = Router.router(vertx);
        ProblemMapper problems = new ProblemMapper(meters);
        router.route().handler(RequestLog::begin).failureHandler(problems::handle);
        for (int status : new int[]{400, 404, 405, 406, 413, 414, 415, 500}) {
            router.errorHandler(status, problems::handle);
        }

        Mount mount = new Mount(router, new Authentication(features.access()));
        BodyReader bodies = new BodyReader(limits.maxBodyBytes());
        new SkillRoutes(features.access(), features.skills(), bodies).mount(mount);
        new StageRoutes(features.access(), features.skills(), bodies).mount(mount);
        new UploadRoutes(features.access(), features.packages().uploads(), features.packages().deployments(), bodies)
                .mount(mount);
        new DeploymentRoutes(features.access(), features.packages().deployments(), bodies).mount(mount);
        LimitHeaders told = new LimitHeaders(features.rights().quotas(), InstantSource.system());
        AcceptedRun accepted = new AcceptedRun(features, streams, meters, told);
        new RunRoutes(features, bodies, accepted).mount(mount);
        new InterpreterRoutes(features, bodies, accepted).mount(mount);
        new SandboxFileRoutes(features).mount(mount);
        new PoolRoutes(features).mount(mount);
        new EventRoutes(features, streams, meters).mount(mount);
        new ApiKeyRoutes(features.access(), features.apiKeys(), bodies).mount(mount);
        Features.Rights rights = features.rights();
        new GrantRoutes(features.access(), rights.grants(), bodies).mount(mount);
        new SecretRoutes(features.access(), rights.secrets(), bodies).mount(mount);
        new ToolRoutes(rights.tools()).mount(mount);
        new CheckRoutes(rights.checks(), bodies).mount(mount);
        new QuotaRoutes(features.access(), features.skills(), rights.quotas()).mount(mount);
        new ScheduleRoutes(features.access(), features.automation().schedules(), meters, told).mount(mount);
        new WebhookRoutes(features.access(), features.automation().webhooks()).mount(mount);
        new AgentRoutes(features, sockets).mount(mount);
        packages.ifPresent(
                local -> new LocalPackageRoutes(local, features.packages().uploads(), limits.maxPackageBytes())
                        .mount(mount));
        new ConsoleRoutes().mount(mount);
        mount.open(HttpMethod.GET, "/openapi.yaml", ctx -> {
            new Query(ctx).done();
            return Reply.bytes(ctx, 200, "application/yaml", contract);
        });
        mount.close();
        return router;
    }

    private static Buffer contract() {
        try (InputStream file = ApiRouter.class.getResourceAsStream("/openapi.yaml")) {
            if (file == null) {
                throw new IllegalStateException("openapi.yaml is not on the class path");
            }
            return Buffer.buffer(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
