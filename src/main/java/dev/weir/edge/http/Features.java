package dev.weir.edge.http;

import dev.weir.feature.access.Access;
import dev.weir.feature.access.ApiKeys;
import dev.weir.feature.access.Tickets;
import dev.weir.feature.run.Runs;
import dev.weir.feature.run.feed.Feeds;
import dev.weir.feature.skill.Deployments;
import dev.weir.feature.skill.Skills;

/** What the HTTP API is a face of. */
public record Features(
        Access access,
        ApiKeys apiKeys,
        Tickets tickets,
        Skills skills,
        Deployments deployments,
        Runs runs,
        Feeds feeds) {}
