package dev.weir.kernel;

/** An authenticated principal: a user in a role of one tenant. */
public record Caller(TenantId tenant, String user, Role role) {}
