package dev.weir.app;

import dev.weir.config.AgentConfig;
import dev.weir.edge.http.LocalPackages;
import dev.weir.feature.access.ApiKeyStore;
import dev.weir.feature.access.GrantStore;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.agent.AgentRuntime;
import dev.weir.feature.agent.AgentShells;
import dev.weir.feature.interpreter.SandboxStore;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.tool.Interpreters;
import dev.weir.feature.quota.Ledger;
import dev.weir.feature.run.RunQueue;
import dev.weir.feature.run.RunStore;
import dev.weir.feature.run.log.RunLog;
import dev.weir.feature.schedule.ScheduleStore;
import dev.weir.feature.secret.SecretStore;
import dev.weir.feature.skill.PackageStore;
import dev.weir.feature.skill.PackageValidator;
import dev.weir.feature.skill.SkillCatalog;
import dev.weir.feature.skill.UploadStore;
import dev.weir.feature.webhook.Courier;
import dev.weir.feature.webhook.DeliveryStore;
import dev.weir.feature.webhook.SecretNames;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Everything outside the process, as the features see it. A mode fills it in.
 *
 * @param localPackages present where this gateway is the object storage itself
 * @param close lets go of everything, in order; called last, blocks
 */
record Platform(
        RunStore runs,
        RunQueue queue,
        RunLog log,
        SkillCatalog catalog,
        Credentials credentials,
        Packages packages,
        Automation automation,
        AgentCore agentcore,
        Optional<LocalPackages> localPackages,
        Runnable close) {
    /**
     * Where things run.
     *
     * @param shells of the runtime that a configured agent lives in; open until the platform is closed
     * @param interpreters by environment
     * @param dispatches what was dispatched into sessions
     * @param sandboxes sessions of interpreters that users hold
     */
    record AgentCore(AgentRuntime runtime, Function<AgentConfig, AgentShells> shells, Interpreters interpreters,
            SandboxStore sandboxes, DispatchAudits dispatches) {}

    /**
     * Code on its way in, and where it is kept.
     *
     * @param scratch a directory of this process alone
     */
    record Packages(UploadStore uploads, PackageStore store, PackageValidator validator, Path scratch) {}

    /** What runs are started by, held to and told of without anybody asking. */
    record Automation(Ledger ledger, ScheduleStore schedules, DeliveryStore deliveries, Courier courier,
            SecretNames secretNames) {}

    /**
     * Who may do what, and with which secrets.
     *
     * @param tickets the same key on every gateway of an installation
     */
    record Credentials(ApiKeyStore keys, GrantStore grants, SecretStore secrets, Tickets tickets) {}
}
