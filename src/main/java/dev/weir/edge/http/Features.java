package dev.weir.edge.http;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.access.Grants;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.agent.AgentDoor;
import dev.weir.feature.agent.Agents;
import dev.weir.feature.interpreter.SandboxFiles;
import dev.weir.feature.interpreter.Sandboxes;
import dev.weir.feature.interpreter.dispatch.DispatchAudits;
import dev.weir.feature.interpreter.pool.InterpreterPool;
import dev.weir.feature.quota.Quotas;
import dev.weir.feature.run.Checks;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.ScheduleDesk;
import dev.weir.feature.run.WebhookDesk;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.secret.Secrets;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.Skills;
import dev.weir.feature.skill.Tools;
import dev.weir.feature.skill.Uploads;

/** What the HTTP API is a face of. */
public record Features(
        Access access,
        ApiKeys apiKeys,
        Tickets tickets,
        Skills skills,
        Packages packages,
        Runs runs,
        Feeds feeds,
        Rights rights,
        Automation automation,
        Talk agents) {
    /** Agents that clients talk with, who serves those clients, and interpreters that they have code executed in. */
    public record Talk(Agents configured, AgentDoor door, Interpreting interpreters) {}

    /**
     * Sandboxes, by hand and for skills.
     *
     * @param dispatches what was dispatched into the warm sessions
     * @param pool how the warm sessions of a tenant stand
     */
    public record Interpreting(Sandboxes sandboxes, SandboxFiles files, InterpreterPool pool,
            DispatchAudits dispatches) {}

    /** Code on its way in, and what became of it. */
    public record Packages(Uploads uploads, Deployments deployments) {}

    /** What happens without anybody asking: stages that run by themselves, and whom they tell. */
    public record Automation(ScheduleDesk schedules, WebhookDesk webhooks) {}

    /** What callers are allowed and given: grants, secrets and quotas, and what follows from them. */
    public record Rights(Grants grants, Secrets secrets, Tools tools, Checks checks, Quotas quotas) {}
}
