package dev.weir.feature.skill;

import dev.weir.kernel.StageRef;

import java.time.Instant;

/**
 * What a stage runs: code and metadata frozen when its owner confirmed them. Nothing of it ever changes.
 *
 * @param digest SHA-256 of the package in hexadecimal: its name in the package store
 */
public record Deployment(
        StageRef stage,
        String version,
        String uploadId,
        String digest,
        PackageMetadata metadata,
        String createdBy,
        Instant createdAt) {}
