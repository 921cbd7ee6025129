package dev.weir.feature.skill;

import dev.weir.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a tenant calls a piece of work: its name (also its id and its Claude tool name), and the metadata the next deployment will freeze.
 *
 * @param inputSchema JSON Schema text, absent when any object is accepted
 * @param outputSchema JSON Schema text
 */
public record Skill(
        TenantId tenant,
        String name,
        String description,
        Optional<String> inputSchema,
        Optional<String> outputSchema,
        Instant createdAt,
        Instant updatedAt) {}
