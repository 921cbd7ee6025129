package dev.weir.kernel;

/** One stage of one skill of one tenant, by name. */
public record StageRef(TenantId tenant, String skill, String stage) {}
