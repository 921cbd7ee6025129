package dev.weir.feature.skill;

import java.time.Instant;
import java.util.Optional;

/**
 * What a stage runs: code and schema frozen when its owner confirmed them.
 *
 * @param digest SHA-256 of the package in hexadecimal: its name in the package store
 * @param handler {@code module:function}
 * @param description the skill's, as it was then: what a model is told the tool does
 */
public record Deployment(
        StageRef stage,
        String version,
        String uploadId,
        String digest,
        String handler,
        String description,
        Optional<String> inputSchema,
        Optional<String> outputSchema,
        String createdBy,
        Instant createdAt) {}
