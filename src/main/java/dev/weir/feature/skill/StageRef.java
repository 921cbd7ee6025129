package dev.weir.feature.skill;

import dev.weir.kernel.TenantId;

/** One stage of one skill of one tenant, by name. */
public record StageRef(TenantId tenant, String skill, String stage) {}
